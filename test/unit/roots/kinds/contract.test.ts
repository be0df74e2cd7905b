import { execFileSync } from "node:child_process";
import {
  copyFileSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { HoldfastError } from "../../../../src/domain/errors.ts";
import type { Entry } from "../../../../src/domain/slot.ts";
import type { Running } from "../../../../src/domain/system.ts";
import { findSystems, KINDS } from "../../../../src/roots/kinds/all.ts";
import { abrootFamily } from "../../../fixtures/systems/abroot.ts";
import { alpineFamily } from "../../../fixtures/systems/alpine.ts";
import { btrfsSnapshotFamily } from "../../../fixtures/systems/btrfs-snapshot.ts";
import { type Family, KERNEL, placeAt } from "../../../fixtures/systems/family.ts";
import { guixFamily } from "../../../fixtures/systems/guix.ts";
import { nixosFamily } from "../../../fixtures/systems/nixos.ts";
import { ostreeFamily } from "../../../fixtures/systems/ostree.ts";
import { partitionsFamily } from "../../../fixtures/systems/partitions.ts";
import { steamosFamily } from "../../../fixtures/systems/steamos.ts";

const FILE_FAMILIES: readonly Family[] = [
  ostreeFamily,
  btrfsSnapshotFamily,
  nixosFamily,
  guixFamily,
  abrootFamily,
  alpineFamily,
  steamosFamily,
];
const FAMILIES: readonly Family<unknown, { readonly entry: Entry }>[] = [partitionsFamily, ...FILE_FAMILIES];
const RUNNING: Running = { kernel: KERNEL, lastRun: null, isAlpine: true };
const TARGET = "/sysroot";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-kind-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("every family that Holdfast knows is held to the contract", () => {
  expect(FAMILIES.map(({ kind }) => kind)).toEqual(KINDS);
});

function thrownBy(run: () => unknown): unknown {
  try {
    run();
    return null;
  } catch (error) {
    return error;
  }
}

/** Everything that lies below a folder, with its times: a look leaves none of it changed. */
function listing(root: string): string {
  return execFileSync("find", [root, "-printf", "%P %y %s %l %T@ %C@\n"], { encoding: "utf8" });
}

/** Puts something else where `path` was; `kept` is what was there. */
type Damage = (path: string, kept: string) => void;
const DAMAGES: Readonly<Record<string, Damage>> = {
  "is a directory": (path) => mkdirSync(path),
  "is a link to itself": (path) => symlinkSync(path, path),
  "is a pipe": (path) => linkSync(join(folder, "pipe"), path),
  "is cut off": (path, kept) => {
    const found = lstatSync(kept);
    if (!found.isFile()) return;
    copyFileSync(kept, path);
    truncateSync(path, Math.floor(found.size / 2));
  },
};

describe.each(FAMILIES.map((family) => [family.kind.name, family] as const))("%s", (name, family) => {
  const { kind, sound, broken } = family;
  const known = sound === null ? broken : [sound, ...broken];
  const [some = ""] = known;
  const isSlots = kind === partitionsFamily.kind;

  test("is not found where it is not", () => {
    expect(kind.list(family.none?.() ?? placeAt(folder))).toEqual([]);
  });

  test("lists each system once and describes it by the same id", () => {
    const place = family.make(folder);
    const ids = kind.list(place);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(expect.arrayContaining([...known]));
    for (const id of ids) {
      const system = kind.describe(place, id, RUNNING);
      expect(system).toMatchObject({ kind: name, id });
      expect(
        kind
          .each(place, RUNNING)
          .find((each) => each.id === id)
          ?.describe(),
      ).toEqual(system);
      expect(system.date).toSatisfy((date) => date === null || !Number.isNaN(Date.parse(date)));
      if (system.once.entry !== "switch-root") expect(system.once.reason).toMatch(/^[A-Z].*\.$/);
      for (const sentence of [...system.warnings, ...system.health.evidence]) {
        expect(sentence).toMatch(/^[A-Z/\d].*[.]$/);
      }
    }
    expect(ids.filter((id) => kind.describe(place, id, RUNNING).flags.default === true).length).toBeLessThan(
      2,
    );
  });

  test("knows which system ran last only where it is told", () => {
    const place = family.make(folder);
    expect(kind.describe(place, some, RUNNING).flags.lastRun).toBeNull();
    expect(kind.describe(place, some, { ...RUNNING, lastRun: some }).flags.lastRun).toBe(true);
    expect(kind.describe(place, some, { ...RUNNING, lastRun: "another" }).flags.lastRun).toBe(false);
  });

  test.skipIf(sound === null)("enters what it says can be entered, the way it says", () => {
    const place = family.make(folder);
    const { once } = kind.describe(place, some, RUNNING);
    expect(once.entry).not.toBeNull();
    expect(kind.open(place, some, RUNNING, TARGET).entry).toBe(once.entry);
  });

  // Alpine's overlays have no modules: they belong to the medium, and to the kernel that it started. Slots were asked
  // about the running kernel when their roots were looked into.
  test.skipIf(kind === alpineFamily.kind || isSlots)(
    "never enters under a kernel that a system has no modules for",
    () => {
      const place = family.make(folder);
      const running = { ...RUNNING, kernel: "5.0.0-none" };
      for (const id of kind.list(place)) {
        expect(kind.describe(place, id, running).once.entry).not.toBe("switch-root");
        const opening = thrownBy(() => expect(kind.open(place, id, running, TARGET).entry).toBe("kexec"));
        if (opening !== null) expect(opening).toMatchObject({ kind: "slotFailed" });
      }
    },
  );

  test.each(broken)("never enters %s", (id) => {
    const place = family.make(folder);
    expect(kind.describe(place, id, RUNNING).once.entry).toBeNull();
    expect(thrownBy(() => kind.open(place, id, RUNNING, TARGET))).toMatchObject({ kind: "slotFailed" });
  });

  test.runIf(isSlots)("makes a system the default by a change to the store of its device", () => {
    const place = family.make(folder);
    for (const id of kind.list(place)) {
      const [, letter] = /^(\w)/.exec(id) ?? [];
      expect(kind.select(place, id, RUNNING)).toEqual({ kind: "select", slot: letter, once: false });
    }
  });

  test.skipIf(isSlots)("refuses to make a system the default with the command that does", () => {
    const place = family.make(folder);
    for (const id of kind.list(place)) {
      const { command } = kind.describe(place, id, RUNNING).always;
      const error = thrownBy(() => kind.select(place, id, RUNNING));
      expect(error).toMatchObject({ kind: "refused", exitCode: 4 });
      if (command !== null) expect(error).toMatchObject({ next: expect.stringContaining(command) });
    }
  });

  test("says of a system that is not there that it is not", () => {
    const place = family.make(folder);
    const asks = [
      () => kind.describe(place, "no such id", RUNNING),
      () => kind.select(place, "no such id", RUNNING),
      () => kind.open(place, "no such id", RUNNING, TARGET),
    ];
    for (const ask of asks) {
      const error = thrownBy(ask);
      expect(error).toMatchObject({ kind: "usage", message: expect.stringContaining("no such id") });
    }
  });

  test("changes nothing", () => {
    const place = family.make(folder);
    const before = listing(folder);
    for (const id of kind.list(place)) kind.describe(place, id, RUNNING);
    expect(thrownBy(() => kind.open(place, some, RUNNING, TARGET)) === null).toBe(sound !== null);
    expect(listing(folder)).toBe(before);
  });
});

describe.each(FILE_FAMILIES.map((family) => [family.kind.name, family] as const))("%s", (_name, family) => {
  const { kind } = family;
  test.each(Object.entries(DAMAGES))(
    "takes it as a finding that anything %s",
    (_what, damage) => {
      const tree = join(folder, "tree");
      const place = family.make(tree);
      execFileSync("mkfifo", [join(folder, "pipe")]);
      const paths = readdirSync(tree, { recursive: true, encoding: "utf8" });
      expect(paths.length).toBeGreaterThan(10);
      for (const path of paths) {
        const kept = join(folder, "kept");
        renameSync(join(tree, path), kept);
        damage(join(tree, path), kept);
        for (const found of findSystems(kind, place, RUNNING)) {
          expect([path, "problem" in found ? found.problem : null]).toEqual([path, null]);
          if (!("system" in found)) continue;
          const { id, once } = found.system;
          const error = thrownBy(() => kind.open(place, id, RUNNING, TARGET));
          expect([path, id, error === null]).toEqual([path, id, once.entry !== null]);
          if (error !== null) expect(error).toBeInstanceOf(HoldfastError);
        }
        rmSync(join(tree, path), { recursive: true, force: true });
        renameSync(kept, join(tree, path));
      }
    },
    30_000,
  );
});
