import { mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { plainStart } from "../../../../src/domain/kept-systems.ts";
import type { System } from "../../../../src/domain/system.ts";
import { ostree } from "../../../../src/roots/kinds/ostree.ts";
import { KERNEL, placeAt, write } from "../../../fixtures/systems/family.ts";
import { COMMITS, idOf, ostreeFamily } from "../../../fixtures/systems/ostree.ts";

const ENTRIES = "boot/loader.1/entries";
const NEWEST = `ostree/deploy/pmos/deploy/${COMMITS["24.3"].commit}.0`;

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-ostree-"));
  ostreeFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const place = () => placeAt(root);
const describe = (id: string): System => ostree.describe(place(), id, { kernel: KERNEL, lastRun: null });
const newest = () => describe(idOf("24.3"));

test("version and date are the commit's, and never those of a kernel's file name", () => {
  expect(newest()).toMatchObject({
    title: "Pm OS",
    version: "24.3",
    date: "2024-04-01T12:00:00Z",
    health: { state: "unknown", triesLeft: null },
    flags: { default: true, pinned: false, staged: false, incomplete: false, identicalTo: [] },
    warnings: [],
  });
});

test("a deployment for another kernel starts its own, with the options of its entry", () => {
  expect(newest().once).toEqual({
    entry: "kexec",
    reason: "Its kernel modules are for 6.1.0-24.3, this kernel is 6.1.0-24.2.",
  });
  const opening = ostree.open(place(), idOf("24.3"), { kernel: KERNEL, lastRun: null }, "/sysroot");
  expect(opening).toEqual({
    entry: "kexec",
    kernel: {
      device: "/dev/sda2",
      fstype: "ext4",
      mountOptions: "",
      verity: null,
      isUsr: false,
      linux: "/boot/ostree/pmos-6.1.0-24.3/vmlinuz-6.1.0-24.3",
      initrds: ["/boot/ostree/pmos-6.1.0-24.3/initramfs-6.1.0-24.3"],
      options: "root=LABEL=x ostree=/ostree/boot.1/pmos/6.1.0-24.3/3",
    },
  });
});

test("a deployment without origin is warned of and not entered", () => {
  unlinkSync(join(root, `${NEWEST}.origin`));
  expect(newest().flags.pinned).toBeNull();
  expect(newest().warnings).toEqual(["It has no origin file, so updates do not know where it is from."]);
  const reason = "Without its origin file nobody knows that it is whole.";
  expect(newest()).toMatchObject({ flags: { incomplete: true }, once: { entry: null, reason } });
});

test("a pinned one is told by its origin", () => {
  write(root, `${NEWEST}.origin`, "[origin]\nrefspec=os\n\n[libostree-transient]\npinned=true\n");
  expect(newest().flags.pinned).toBe(true);
});

test("a damaged commit is not believed; the version is then os-release's and the date unknown", () => {
  const { commit, bytes } = COMMITS["24.3"];
  const path = `ostree/repo/objects/${commit.slice(0, 2)}/${commit.slice(2)}.commit`;
  write(root, path, Buffer.from(bytes.replace("32342e33", "39392e33"), "hex"));
  expect(newest()).toMatchObject({ version: "24.3", date: null });
  expect(newest().warnings).toEqual([expect.stringMatching(/^Its commit .* is damaged: its SHA-256 is /)]);
});

test("of two entries that claim to be first neither is called the default", () => {
  const entry = readFileSync(join(root, ENTRIES, "ostree-2-pmos.conf"), "utf8");
  write(root, join(ENTRIES, "ostree-2-pmos.conf"), entry.replace("version 2", "version 3"));
  expect([newest().flags.default, describe(idOf("24.2")).flags.default]).toEqual([null, null]);
  expect(newest().warnings).toEqual([
    "2 boot entries have the version 3: which of them is first is not certain.",
  ]);
  const systems = ostree.list(place()).map((id) => ({ ...describe(id), key: `ostree:sda2:${id}` }));
  const group = { key: "ostree:sda2", kind: "ostree", device: "/dev/sda2", named: null, systems } as const;
  expect(plainStart({ groups: [group], problems: [] })).toBeNull();
});

test("a counter in the entry's name is its tries, and one without tries is not the default", () => {
  renameSync(join(root, ENTRIES, "ostree-3-pmos.conf"), join(root, ENTRIES, "ostree-3-pmos+0-3.conf"));
  expect(newest()).toMatchObject({
    health: { state: "bad", triesLeft: 0, triesDone: 3 },
    flags: { default: false },
  });
  expect(describe(idOf("24.2")).flags.default).toBe(true);
});

const OLDER = `ostree/deploy/pmos/deploy/${COMMITS["24.2"].commit}.0`;

test.each([
  [
    "signed",
    "[composefs]\nenabled=signed\n",
    "Its root is a composefs image, which its own initramfs proves first (signed).",
  ],
  [
    "verity",
    "[composefs]\nenabled=verity\n",
    "Its root is a composefs image, which its own initramfs proves first (verity).",
  ],
  [
    "transient",
    "[etc]\ntransient=true\n",
    "Its own initramfs makes a layer over its /etc that is lost at the end.",
  ],
  [
    "damaged",
    "enabled",
    '/usr/lib/ostree/prepare-root.conf:1: found "enabled", [group] or key=value would be right.',
  ],
])("a composefs root that is %s is left to its own initramfs", (_what, settings, reason) => {
  write(root, `${OLDER}/.ostree.cfs`, "image");
  write(root, `${OLDER}/usr/lib/ostree/prepare-root.conf`, settings);
  expect(describe(idOf("24.2")).once).toEqual({ entry: "kexec", reason });
});

test("a plain composefs root is mounted from its image, with /etc of the deployment", () => {
  write(root, `${OLDER}/.ostree.cfs`, "image");
  const opening = ostree.open(place(), idOf("24.2"), { kernel: KERNEL, lastRun: null }, "/sysroot");
  const path = `/run/holdfast/sysroot/${OLDER}`;
  const objects = "/run/holdfast/sysroot/ostree/repo/objects";
  expect("steps" in opening ? opening.steps.slice(1, 3) : []).toEqual([
    { kind: "composefs", image: `${path}/.ostree.cfs`, objects, target: "/sysroot" },
    { kind: "bind", source: `${path}/etc`, target: "/sysroot/etc" },
  ]);
  expect("steps" in opening ? opening.steps.at(-1) : null).toEqual({
    kind: "ostree-booted",
    path: "/run/ostree-booted",
    deployment: `/sysroot/sysroot/${OLDER}`,
  });
});

test("composefs that is turned off leaves the plain tree", () => {
  write(root, `${OLDER}/.ostree.cfs`, "image");
  write(root, `${OLDER}/usr/lib/ostree/prepare-root.conf`, "[composefs]\nenabled=no\n");
  const opening = ostree.open(place(), idOf("24.2"), { kernel: KERNEL, lastRun: null }, "/sysroot");
  expect("steps" in opening ? opening.steps[1] : null).toMatchObject({ kind: "bind", target: "/sysroot" });
});

test("a deployment that no entry starts is incomplete, unless it is staged for the shutdown", () => {
  unlinkSync(join(root, ENTRIES, "ostree-3-pmos.conf"));
  expect(newest()).toMatchObject({ flags: { default: false, incomplete: true, staged: false } });
  expect(newest().warnings).toEqual(["No boot entry starts it."]);
  expect(newest().always).toEqual({ command: null, reason: "No boot entry starts it." });
  const system = mkdtempSync(join(tmpdir(), "holdfast-running-"));
  write(system, "run/ostree/staged-deployment", stagedBy(`${COMMITS["24.3"].commit}.0`));
  const staged = ostree.describe(place(), idOf("24.3"), { kernel: KERNEL, lastRun: null, root: system });
  rmSync(system, { recursive: true });
  const sentence = "It becomes the default when the running system shuts down.";
  expect(staged).toMatchObject({ flags: { default: false, incomplete: false, pinned: false, staged: true } });
  expect(staged).toMatchObject({ always: { command: null, reason: sentence }, warnings: [sentence] });
});

/** a{sv} with "target" → a{sv} with "name", as libostree serialises a staged deployment. Layout only. */
function stagedBy(name: string): Buffer {
  const entry = (key: string, value: Buffer, type: string) => {
    const padded = Buffer.alloc(Math.ceil((key.length + 1) / 8) * 8);
    padded.write(key);
    const body = Buffer.concat([padded, value, Buffer.from(`\0${type}`)]);
    return Buffer.concat([body, Buffer.from([key.length + 1])]);
  };
  const dictionary = (only: Buffer) => Buffer.concat([only, Buffer.from([only.length])]);
  const inner = dictionary(entry("name", Buffer.from(`${name}\0`), "s"));
  return dictionary(entry("target", inner, "a{sv}"));
}

test("why the last update was not finished is said of the default", () => {
  write(root, "boot/ostree/finalize-failure.stamp", "no space left\n");
  expect(newest().warnings).toEqual(["The last update could not be finished: no space left."]);
});

test("a deployment whose /var is a link is not mounted: data would be bound to where the link leads", () => {
  const path = `ostree/deploy/pmos/deploy/${COMMITS["24.2"].commit}.0`;
  rmSync(join(root, path, "var"), { recursive: true });
  symlinkSync("/etc", join(root, path, "var"));
  expect(describe(idOf("24.2")).once).toEqual({ entry: "kexec", reason: "It has no directory /var." });
});

test("a kernel that is missing is said, and then nothing enters it", () => {
  rmSync(join(root, "boot/ostree/pmos-6.1.0-24.3"), { recursive: true });
  expect(newest().once.entry).toBeNull();
  expect(newest().warnings).toEqual(["Its kernel /ostree/pmos-6.1.0-24.3/vmlinuz-6.1.0-24.3 is missing."]);
});

test("the root is mounted as ostree-prepare-root has it", () => {
  const opening = ostree.open(place(), idOf("24.2"), { kernel: KERNEL, lastRun: null }, "/sysroot");
  const path = `/run/holdfast/sysroot/ostree/deploy/pmos/deploy/${COMMITS["24.2"].commit}.0`;
  expect(opening).toEqual({
    entry: "switch-root",
    init: "/sbin/init",
    steps: [
      {
        kind: "mount",
        device: "/dev/sda2",
        target: "/run/holdfast/sysroot",
        fstype: "ext4",
        options: "",
        access: "writable",
      },
      { kind: "bind", source: path, target: "/sysroot" },
      { kind: "bind", source: "/sysroot/usr", target: "/sysroot/usr" },
      { kind: "protect", target: "/sysroot/usr" },
      { kind: "bind", source: "/run/holdfast/sysroot/ostree/deploy/pmos/var", target: "/sysroot/var" },
      { kind: "need-init", root: "/sysroot", init: "/sbin/init" },
      { kind: "move", source: "/run/holdfast/sysroot", target: "/sysroot/sysroot" },
      { kind: "file", path: "/run/ostree-booted", text: "" },
    ],
  });
});
