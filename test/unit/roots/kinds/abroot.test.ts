import { mkdtempSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { System } from "../../../../src/domain/system.ts";
import { abroot } from "../../../../src/roots/kinds/abroot.ts";
import type { Place } from "../../../../src/roots/kinds/kind.ts";
import {
  abimage,
  abrootFamily,
  abrootId,
  abrootPlace,
  grubMenu,
  volume,
} from "../../../fixtures/systems/abroot.ts";
import { KERNEL, write } from "../../../fixtures/systems/family.ts";

/* Layout only: no machine of the tests has ABRoot. */

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-abroot-"));
  abrootFamily.make(root);
});
afterEach(() => rmSync(root, { recursive: true }));

const RUNNING = { kernel: KERNEL, lastRun: null };

function described(place: Place = abrootPlace(root)): System[] {
  return abroot.list(place).map((id) => abroot.describe(place, id, RUNNING));
}

test("both roots are listed with digest, date and version, the default by the menu's class and not its titles", () => {
  write(root, "boot/grub/grub.cfg", grubMenu('"1"'));
  expect(described()).toMatchObject([
    { id: abrootId("a"), version: "2.a", date: "2026-10-01T08:00:00Z", flags: { default: false } },
    { id: abrootId("b"), version: "2.b", date: "2026-10-02T08:00:00Z", flags: { default: true } },
  ]);
  expect(described()[0]?.always).toEqual({
    command: "abroot rollback",
    reason: "Only ABRoot itself changes its boot loader's menu.",
  });
  expect(described()[1]?.always.command).toBeNull();
});

test("the other root is entered alone and read-only; abroot mounts the rest", () => {
  expect(abroot.open(abrootPlace(root), abrootId("b"), RUNNING, "/sysroot")).toEqual({
    entry: "switch-root",
    steps: [
      {
        kind: "mount",
        device: "/dev/sda3",
        target: "/sysroot",
        fstype: "btrfs",
        options: "",
        access: "read-only",
      },
      { kind: "need-init", root: "/sysroot", init: "/sbin/init" },
    ],
    init: "/sbin/init",
  });
});

test("one for another kernel starts its own, by the words of its own menu", () => {
  expect(abroot.open(abrootPlace(root), abrootId("a"), RUNNING, "/sysroot")).toMatchObject({
    entry: "kexec",
    kernel: {
      device: "/dev/sda4",
      linux: "/.system/boot/vmlinuz-6.1.0-24.1",
      initrds: ["/.system/boot/initrd.img-6.1.0-24.1"],
      options: "root=UUID=1-a quiet",
    },
  });
});

test("two roots of one image say so, and that there is nothing to go back to", () => {
  write(root, "b/abimage.abr", abimage("a"));
  const [a, b] = described();
  expect(a?.flags.identicalTo).toEqual([b?.id]);
  expect(b?.flags.identicalTo).toEqual([a?.id]);
  expect(a?.warnings).toEqual(["The other root is the same image: there is nothing to go back to."]);
});

test.each([
  ["missing", null, "It has no /abimage.abr."],
  ["no JSON", "{", "Its /abimage.abr is no JSON."],
  ["of something else", '{"digest":7}', "Its /abimage.abr has no digest, timestamp and image."],
])("a root whose image file is %s is not whole and is not entered", (_what, text, why) => {
  if (text === null) unlinkSync(join(root, "b/abimage.abr"));
  else write(root, "b/abimage.abr", text);
  expect(described()[1]).toMatchObject({
    id: "vos-b",
    flags: { incomplete: true },
    health: { state: "bad", evidence: [why] },
    once: { entry: null, reason: why },
  });
});

test.each(["yesterday", "1970-01-01T00:00:00Z"])("a date of %s is none", (date) => {
  write(root, "b/abimage.abr", abimage("b", date));
  expect(described()[1]).toMatchObject({ date: null, warnings: [`Its /abimage.abr has no date: ${date}.`] });
});

test.each([
  ["no menu", ""],
  ["a default that a script decides", grubMenu(`"\${saved_entry}"`)],
  ["a default that is not in it", grubMenu("7")],
])("with %s the default is not known", (_what, text) => {
  write(root, "boot/grub/grub.cfg", text);
  expect(described().map(({ flags }) => flags.default)).toEqual([null, null]);
});

test("two file systems of one label are told apart and none of them is entered", () => {
  const place = abrootPlace(root, ["vos-a", "vos-a", "vos-boot"]);
  expect(described(place)).toMatchObject([
    { id: expect.stringMatching(/^vos-a@sda4/), flags: { default: null }, once: { entry: null } },
    { id: expect.stringMatching(/^vos-a@sda3/), flags: { default: null }, once: { entry: null } },
  ]);
});

test("the second root alone is still found, and a place of something else has none", () => {
  const alone: Place = { root: volume(root, "b", "vos-b", 3), boot: null, others: [] };
  expect(abroot.list(alone)).toEqual([abrootId("b")]);
  const boot: Place = { root: volume(root, "boot", "vos-boot", 2), boot: null, others: [] };
  expect(abroot.list(boot)).toEqual([]);
});

test("version 1 is shown by its titles, warns that both roots may be the same, and leaves starting to GRUB", () => {
  const menu = ["A (current)", "B (previous)"].map((name) => `menuentry 'Vanilla OS - Root ${name}' {\n}\n`);
  write(root, "boot/grub/grub.cfg", `set default="1"\n${menu.join("")}`);
  const [a, b] = described(abrootPlace(root, ["a", "b", "boot"]));
  expect([a?.id, b?.id]).toEqual(["a", "b"]);
  expect([a?.flags.default, b?.flags.default]).toEqual([false, true]);
  expect(a?.once).toEqual({
    entry: null,
    reason: expect.stringContaining("Only its boot loader starts a root of ABRoot 1."),
  });
  expect(a?.warnings).toEqual([
    "After a good start ABRoot copies this root over the other one: both may be the same by then.",
  ]);
});

test("file systems that are only called a and b are nobody's", () => {
  rmSync(join(root, "a/.system"), { recursive: true });
  write(root, "boot/grub/grub.cfg", "menuentry 'Debian' {\n}\n");
  expect(abroot.list(abrootPlace(root, ["a", "b", "boot"]))).toEqual([]);
});
