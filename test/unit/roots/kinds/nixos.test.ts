import { mkdtempSync, rmSync, symlinkSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../../../src/domain/system.ts";
import { nixos } from "../../../../src/roots/kinds/nixos.ts";
import { KERNEL, placeAt, write } from "../../../fixtures/systems/family.ts";
import { generationId, nixosFamily, toplevelOf } from "../../../fixtures/systems/nixos.ts";

const RUNNING = { kernel: KERNEL, lastRun: null };
const [SAME, OTHER] = [generationId("system-3", "bbbb"), generationId("system-2", "aaaa")];
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-nixos-"));
  nixosFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const describe = (id: string): System => nixos.describe(placeAt(root), id, RUNNING);
const writeFstab = (text: string) => write(root, "nix/store/bbbb-etc/etc/fstab", text);

test("generations are listed the newest number first, other profiles behind the system's own", () => {
  expect(nixos.list(placeAt(root))).toEqual([
    generationId("system-10", "bbbb"),
    SAME,
    OTHER,
    generationId("system-1", "gone"),
    generationId("test-1", "aaaa"),
  ]);
});

test("a generation is described by its bootspec, its link's own time and its modules", () => {
  expect(describe(SAME)).toMatchObject({
    title: `NixOS Yarara 26.05 (Linux ${KERNEL})`,
    version: "26.05.bbbb",
    date: "2026-10-03T08:00:00Z",
    kernel: { releases: [KERNEL], isRunning: true },
    flags: { default: true, incomplete: false, identicalTo: [generationId("system-10", "bbbb")] },
    once: { entry: "switch-root", reason: null },
    warnings: [],
  });
});

test("the time that everything in the store has is no date", () => {
  expect(describe(generationId("system-10", "bbbb")).date).toBeNull();
});

test("a generation that was collected as garbage is listed as broken", () => {
  const problem = `Its system ${toplevelOf("gone")} is gone from the store.`;
  expect(describe(generationId("system-1", "gone"))).toMatchObject({
    date: "2026-10-01T08:00:00Z",
    health: { state: "bad", evidence: [problem] },
    once: { entry: null, reason: problem },
    always: { command: null },
  });
});

test("another kernel is started by kexec with the generation's own parameters", () => {
  expect(nixos.open(placeAt(root), OTHER, RUNNING, "/sysroot")).toMatchObject({
    entry: "kexec",
    kernel: {
      linux: `${toplevelOf("aaaa")}/kernel`,
      initrds: [`${toplevelOf("aaaa")}/initrd`],
      options: `init=${toplevelOf("aaaa")}/init loglevel=4`,
    },
  });
});

test("the same kernel is entered by the generation's init", () => {
  expect(nixos.open(placeAt(root), SAME, RUNNING, "/sysroot")).toEqual({
    entry: "switch-root",
    init: `${toplevelOf("bbbb")}/init`,
    steps: [
      {
        kind: "mount",
        device: "/dev/sda2",
        target: "/sysroot",
        fstype: "ext4",
        options: "",
        access: "writable",
      },
      { kind: "need-init", root: "/sysroot", init: `${toplevelOf("bbbb")}/init` },
    ],
  });
});

test.each([
  [
    "a file system that is needed before its init",
    "LABEL=n /nix ext4 defaults 0 0\n",
    "Its own initramfs mounts /nix before its init.",
  ],
  [
    "another file system that asks for it",
    "LABEL=k /keys ext4 x-initrd.mount 0 0\n",
    "Its fstab wants LABEL=k of type ext4 on /keys, which its own initramfs mounts.",
  ],
])("%s is left to its own initramfs", (_what, text, reason) => {
  writeFstab(text);
  expect(describe(SAME).once).toEqual({ entry: "kexec", reason });
});

test("without an fstab nobody knows what it needs, and its own initramfs has to", () => {
  unlinkSync(join(root, "nix/store/bbbb-etc/etc/fstab"));
  expect(describe(SAME).once).toMatchObject({ entry: "kexec", reason: expect.stringContaining("not known") });
});

test("a bootspec that cannot be read is a warning, and the title is then unknown", () => {
  write(root, `${toplevelOf("bbbb")}/boot.json`, '{"org.nixos.bootspec.v1":{"label":7}}');
  expect(describe(SAME).title).toBeNull();
  expect(describe(SAME).warnings).toEqual([expect.stringMatching(/boot\.json: label: /)]);
});

test("without the profile's own link nobody knows the default", () => {
  unlinkSync(join(root, "nix/var/nix/profiles/system"));
  expect(describe(SAME).flags.default).toBeNull();
});

test("a profile that leads out of the tree is not followed", () => {
  rmSync(join(root, "nix/var"), { recursive: true });
  symlinkSync("../../../../../../../proc", join(root, "nix/var"));
  expect(nixos.list(placeAt(root))).toEqual([]);
});

test("the command that makes it the default is NixOS' own", () => {
  expect(describe(OTHER).always.command).toBe(
    "nix-env --profile /nix/var/nix/profiles/system --switch-generation 2 && " +
      "/nix/var/nix/profiles/system/bin/switch-to-configuration boot",
  );
  expect(describe(generationId("test-1", "aaaa")).always.command).toContain("/system-profiles/test ");
});
