import { rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { canChroot, FakeInitramfs } from "./fake-initramfs.ts";

const CONFIG = `[boot]
counting = "bootloader"
ordinary = "generator"

[state]
device = "PARTLABEL=state"

[[slot]]
id = "a"
root = "PARTLABEL=root_a"

[[slot]]
id = "b"
root = "PARTLABEL=root_b"
`;

/** Mounts what lies in /state-files, as there is no partition. */
const FAKE_MOUNT = `#!/bin/busybox sh
[ -d /state-files ] && busybox mount -t tmpfs none /state && cp -a /state-files/. /state
`;

const EFIVARS = "sys/firmware/efi/efivars";

describe.runIf(canChroot)('an ordinary start with boot.ordinary = "generator"', () => {
  let initramfs: FakeInitramfs;
  beforeEach(() => {
    initramfs = new FakeInitramfs();
    initramfs.partition(2, "root_b");
    initramfs.partition(3, "state");
    initramfs.partition(4, "misc");
    initramfs.write("dev/vda4", "\0".repeat(2048));
    initramfs.write("state-files/.holdfast/last-slot", "a\n");
    initramfs.program("bin/mount", FAKE_MOUNT);
  });
  afterEach(() => initramfs.remove());

  test.each(["root=PARTLABEL=root_a", "rauc.slot=A root=/dev/vda9", "androidboot.slot_suffix=_a"])(
    "is the generator's, without a start of Holdfast, and is on record for the marks: %s",
    (words) => {
      const { code, said } = initramfs.start(CONFIG, words);
      expect(code).toBe(1);
      expect(said).toBe(
        "<6>holdfast: The bootloader started slot a, and nothing waits for Holdfast: the boot goes on as without it.",
      );
      expect(initramfs.calls()).toEqual([""]);
      expect(JSON.parse(initramfs.read("run/holdfast/boot.json"))).toMatchObject({
        version: 1,
        slot: "a",
        reason: { code: "default", text: "The bootloader started this slot." },
      });
    },
  );

  test.each<[string, (files: FakeInitramfs) => void, string?]>([
    ["the kernel command line asks for the menu", () => {}, "rauc.slot=a holdfast.menu"],
    ["another slot was started than the last time", () => {}, "rauc.slot=B"],
    ["nobody says which slot was started", () => {}, "root=/dev/vda9"],
    ["this is the first start", ({ root }) => rmSync(join(root, "state-files/.holdfast/last-slot"))],
    ["/state cannot be mounted", ({ root }) => rmSync(join(root, "state-files"), { recursive: true })],
    ["a reset waits", (files) => files.write("state-files/.holdfast/reset.json", "{}")],
    ["developer mode is on", (files) => files.write("state-files/.holdfast/developer.json", "{}")],
    ["a part of /state is encrypted", (files) => files.write("state-files/encrypted.img", "")],
    ["the bootloader's message has a command", (files) => files.write("dev/vda4", "boot-recovery\0")],
    ["systemd's word asks for a reset", () => {}, "rauc.slot=a systemd.factory_reset=1"],
    [
      "an EFI variable asks for a reset",
      (files) => files.write(`${EFIVARS}/FactoryReset-8cf2644b-4b0b-428f-9387-6d876050dc67`, "1"),
    ],
  ])("is Holdfast's when %s", (_, change, words = "rauc.slot=a") => {
    change(initramfs);
    initramfs.start(CONFIG, words);
    expect(initramfs.calls()[0]).toMatch(/^holdfast gate --enter/);
  });

  test("is Holdfast's where the configuration does not say so", () => {
    initramfs.start(CONFIG.replace(/ordinary = .*\n/, ""), "root=PARTLABEL=root_a");
    expect(initramfs.calls()[0]).toBe("holdfast gate --enter");
  });
});
