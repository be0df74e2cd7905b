import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../../../src/domain/system.ts";
import { guix } from "../../../../src/roots/kinds/guix.ts";
import { KERNEL, placeAt, write } from "../../../fixtures/systems/family.ts";
import { guixFamily, guixId } from "../../../fixtures/systems/guix.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-guix-"));
  guixFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const describe = (id: string): System => guix.describe(placeAt(root), id, { kernel: KERNEL, lastRun: null });

test("a generation is described by its parameters and its link's own time", () => {
  expect(describe(guixId(3, "bbbb"))).toMatchObject({
    title: 'GNU "bbbb"',
    version: null,
    date: "2026-10-03T08:00:00Z",
    kernel: { releases: [KERNEL], isRunning: true },
    health: { state: "unknown" },
    flags: { default: true, incomplete: false },
    always: { command: "guix system switch-generation 3" },
    warnings: [],
  });
});

test("it is only started with its own kernel and initramfs, by the words of its own boot entry", () => {
  const once = { entry: "kexec", reason: "Its root is for its own initramfs to find." };
  expect(describe(guixId(3, "bbbb")).once).toEqual(once);
  const running = { kernel: KERNEL, lastRun: null };
  expect(guix.open(placeAt(root), guixId(3, "bbbb"), running, "/sysroot")).toMatchObject({
    entry: "kexec",
    kernel: {
      device: "/dev/sda2",
      linux: "/gnu/store/bbbb-linux/bzImage",
      initrds: ["/gnu/store/bbbb-raw-initrd/initrd.cpio.gz"],
      options:
        "root=12345678-0000-4000-8000-000000000001 gnu.system=/gnu/store/bbbb-system " +
        "gnu.load=/gnu/store/bbbb-system/boot quiet loglevel=4",
    },
  });
});

test("without its initramfs nothing here starts it", () => {
  const reason = "Its root is for its own initramfs to find. Its own kernel is not there either.";
  expect(describe(guixId(2, "aaaa")).once).toEqual({ entry: null, reason });
});

test("a generation that was collected as garbage is listed as broken", () => {
  const problem = "Its system /gnu/store/gone-system is gone from the store.";
  expect(describe(guixId(1, "gone"))).toMatchObject({
    health: { state: "bad", evidence: [problem] },
    always: { command: null, reason: problem },
  });
});

test.each([
  ["cut off", '(boot-parameters (version 0) (label "GNU', "it ends inside an expression"],
  ["something else", "(manifest)", "it does not begin with (boot-parameters"],
])("parameters that are %s are a warning, and the title is then unknown", (_what, text, problem) => {
  write(root, "gnu/store/bbbb-system/parameters", text);
  const { title, warnings } = describe(guixId(3, "bbbb"));
  expect([title, warnings]).toEqual([null, [`/gnu/store/bbbb-system/parameters: ${problem}.`]]);
});
