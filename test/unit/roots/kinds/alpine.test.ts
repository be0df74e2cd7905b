import { mkdtempSync, rmSync, truncateSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Running, System } from "../../../../src/domain/system.ts";
import { alpine } from "../../../../src/roots/kinds/alpine.ts";
import type { Place } from "../../../../src/roots/kinds/kind.ts";
import { alpineFamily, alpineId, idOfOverlay, overlay } from "../../../fixtures/systems/alpine.ts";
import { KERNEL, placeAt, write } from "../../../fixtures/systems/family.ts";

/* Layout only: archives of the real tar on a directory that stands for the medium. */

let root: string;
let place: Place;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-alpine-"));
  place = alpineFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const RUNNING: Running = { kernel: KERNEL, lastRun: null, isAlpine: true };
const describe = (id: string): System => alpine.describe(place, id, RUNNING);

test("the overlay comes first, then backups from the newest on, then none at all", () => {
  const names = alpine.list(place).map((id) => id.split("=")[0]);
  expect(names).toEqual([
    "pm.apkovl.tar.gz",
    "pm.20261332000000.tar.gz",
    "pm.20260701100000.tar.gz",
    "pm.20260601100000.tar.gz",
    "none",
  ]);
});

test("an overlay is described by what is inside it", () => {
  expect(describe(idOfOverlay("pm.apkovl.tar.gz"))).toMatchObject({
    title: "pm",
    version: "3.24.1",
    date: "2026-08-01T10:00:00Z",
    kernel: { releases: [], isRunning: null },
    flags: { default: true, incomplete: false, identicalTo: [idOfOverlay("pm.20261332000000.tar.gz")] },
    warnings: ["It asks for 3 packages."],
  });
});

test("two overlays are compared by the packages that they ask for", () => {
  write(root, "pm.20260501100000.tar.gz", overlay(["alpine-base", "openssh>9", "gcc@edge"], "2026-05-01"));
  const packagesOf = (file: string) =>
    alpine.packagesOf(place, alpine.list(place).find((id) => id.startsWith(file)) ?? "");
  expect(packagesOf("pm.20260501100000")).toMatchObject({
    source: "world",
    packages: [
      { name: "alpine-base", version: "any" },
      { name: "openssh", version: ">9" },
      { name: "gcc", version: "@edge" },
    ],
  });
  expect(packagesOf("pm.20260701100000")).toBeNull();
  expect(packagesOf("none")).toBeNull();
});

test("a backup has the date of its name, is no default, and lbu brings it back", () => {
  expect(describe(idOfOverlay("pm.20260601100000.tar.gz"))).toMatchObject({
    date: "2026-06-01T10:00:00Z",
    flags: { default: false },
    always: { command: "lbu revert pm.20260601100000.tar.gz" },
    warnings: ["It is a backup of lbu, which a start does not find by itself.", "It asks for 1 package."],
  });
});

test("a name with no real date takes that of the newest file inside", () => {
  expect(describe(idOfOverlay("pm.20261332000000.tar.gz")).date).toBe("2026-08-01T10:00:00Z");
});

test("every one is handed to Alpine's own init by the word that it knows; none is a file that is not there", () => {
  const given = alpine.list(place).map((id) => {
    const { once } = describe(id);
    return once.entry === null ? once.reason : alpine.open(place, id, RUNNING, "/sysroot");
  });
  expect(given).toEqual([
    { entry: "switch-root", apkovl: "sda2:vfat:pm.apkovl.tar.gz" },
    { entry: "switch-root", apkovl: "sda2:vfat:pm.20261332000000.tar.gz" },
    "Its pm.20260701100000.tar.gz is cut off or damaged (gzip).",
    { entry: "switch-root", apkovl: "sda2:vfat:pm.20260601100000.tar.gz" },
    { entry: "switch-root", apkovl: "/none" },
  ]);
});

test("where Alpine's init does not go on, nothing is entered and the reason is said", () => {
  const { once } = alpine.describe(place, "none", { kernel: KERNEL, lastRun: null });
  expect(once).toEqual({
    entry: null,
    reason: "Only Alpine's own init unpacks it, which does not go on after Holdfast here.",
  });
});

test("without an overlay the start without one is the default", () => {
  unlinkSync(join(root, "pm.apkovl.tar.gz"));
  expect(describe("none").flags.default).toBe(true);
});

test("with two overlays on one medium no default is claimed", () => {
  const other = overlay(["alpine-base"], "2026-09-01");
  write(root, "other.apkovl.tar.gz", other);
  const id = alpineId("other.apkovl.tar.gz", other);
  expect(describe(id).flags.default).toBeNull();
  expect(describe(idOfOverlay("pm.apkovl.tar.gz")).flags.default).toBeNull();
  expect(describe(id).warnings).toContain(
    "2 overlays are on this medium: which of them a start takes is not certain.",
  );
});

test("an encrypted one is not opened, and is left to Alpine to ask for its passphrase", () => {
  const secret = Buffer.from("Salted__ and the rest");
  write(root, "pm.20260801100000.tar.gz.aes-256-cbc", secret);
  const id = alpineId("pm.20260801100000.tar.gz.aes-256-cbc", secret);
  expect(describe(id)).toMatchObject({
    health: { state: "unknown" },
    once: { entry: "switch-root" },
    warnings: expect.arrayContaining(["It is encrypted (aes-256-cbc): Alpine asks for its passphrase."]),
  });
});

test("an archive that was whole when it was compressed but is no archive is not entered", () => {
  const bytes = gzipSync(Buffer.alloc(700, "x"));
  write(root, "bad.apkovl.tar.gz", bytes);
  expect(describe(alpineId("bad.apkovl.tar.gz", bytes))).toMatchObject({
    health: {
      state: "bad",
      evidence: ["Its bad.apkovl.tar.gz is damaged at byte 0: the sum of a header is wrong."],
    },
    once: { entry: null },
  });
});

test("one that is far too large is not read", () => {
  write(root, "big.apkovl.tar.gz");
  truncateSync(join(root, "big.apkovl.tar.gz"), 40 << 20);
  expect(describe("big.apkovl.tar.gz").health.evidence).toEqual([
    `Its big.apkovl.tar.gz has ${40 << 20} bytes, at most ${32 << 20} would be right.`,
  ]);
});

test("a file system without any trace of Alpine keeps none", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-no-alpine-"));
  write(folder, "backup.20260101000000.tar.gz", "somebody's");
  expect(alpine.list(placeAt(folder, "vfat"))).toEqual([]);
  rmSync(folder, { recursive: true });
});
