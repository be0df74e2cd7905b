import { expect, test } from "vitest";
import { bootedByRauc } from "../../../src/boot-control/rauc-order.ts";
import { parseRaucSystem } from "../../../src/boot-control/rauc-system.ts";
import { parseKeyFile } from "../../../src/bytes/key-file.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

const CONF = `# RAUC of a device
[system]
compatible = Some Device
bootloader=uboot
boot-attempts=5
statusfile=/data/rauc.status

[keyring]
path=ca.cert.pem

[slot.rootfs.0]
device=/dev/disk/by-partlabel/root_a
type=ext4
bootname=A
[slot.appfs.0]
device=/dev/disk/by-partlabel/app_a
parent=rootfs.0
[slot.rootfs.1]
device=/dev/disk/by-partlabel/root_b
type=ext4
bootname=B
`;
const parse = (text: string) => parseRaucSystem(text, "system.conf");
const changed = (from: string | RegExp, to: string) => parse(CONF.replace(from, to));

test("bootloader, tries and bootable slots are read; parts of other slots are left out", () => {
  expect(parse(CONF)).toEqual({
    bootloader: "uboot",
    grubenv: "/boot/grub/grubenv",
    attempts: 5,
    attemptsPrimary: 3,
    backend: null,
    barebox: { stateName: null, deviceTree: null },
    slots: [
      { id: "a", bootname: "A", name: "rootfs.0", device: "/dev/disk/by-partlabel/root_a", type: "ext4" },
      { id: "b", bootname: "B", name: "rootfs.1", device: "/dev/disk/by-partlabel/root_b", type: "ext4" },
    ],
  });
});

test("a bootname that can be no slot id gives way to RAUC's own name", () => {
  expect(changed("bootname=A", "bootname=Main.System").slots[0]).toMatchObject({
    id: "rootfs-0",
    bootname: "Main.System",
  });
});

test.each<[string, string | RegExp, string, RegExp]>([
  ["another bootloader", "uboot", "lilo", /^system.conf: bootloader in \[system\] is "lilo", uboot, grub, /],
  ["no bootloader", "bootloader=uboot\n", "", /bootloader in \[system\] is ""/],
  ["no [system]", "[system]", "[systems]", /there is no \[system\] group/],
  ["tries out of range", "attempts=5", "attempts=10", /boot-attempts in \[system\] is "10", 1 to 9/],
  ["tries that are no number", "attempts=5", "attempts=many", /boot-attempts .* "many"/],
  ["twin bootnames", "bootname=B", "bootname=A", /bootnames of rootfs.0 and rootfs.1 are the same/],
  ["bootnames that differ in case only", "bootname=B", "bootname=a", /are the same/],
  ["a bootname of two words", "bootname=B", "bootname=B C", /bootname in \[slot.rootfs.1\] is "B C"/],
  ["no device", /device=.*root_b\n/, "", /device is missing in \[slot.rootfs.1\]/],
  ["a slot without number", "slot.rootfs.1", "slot.rootfs", /\[slot.rootfs\] is no slot/],
  ["no bootname at all", /bootname=.*\n/g, "", /no slot has a bootname/],
  ["a line that is none", "type=ext4", "type ext4", /^system.conf:13: found "type ext4"/],
  ["a key before any group", "[system]", "", /^system.conf:3: "compatible" stands before the first/],
  ["an unknown escape", "Some Device", "Some\\xDevice", /^system.conf:3: "\\x" is no escape/],
])("%s is refused with file and key", (_, from, to, message) => {
  expect(() => changed(from, to)).toThrow(message);
});

test("a key file joins groups of one name, takes the last of twins and undoes escapes", () => {
  const file = parseKeyFile("[a]\nx=1\n[b]\ny[de]=\\sz\\\\\n[a]\r\nx = 2 \nw=\n", "f");
  expect([...file].map(([name, keys]) => [name, Object.fromEntries(keys)])).toEqual([
    ["a", { x: "2", w: "" }],
    ["b", { "y[de]": " z\\" }],
  ]);
});

test.each<[string, string | null]>([
  ["quiet rauc.slot=B ro", "b"],
  ["rauc.slot=rootfs.0", "a"],
  ["rauc.slot=C", null],
  ["rauc.slot= root=/dev/sda2", null],
  ["root=/dev/sda2", null],
])('the command line "%s" names slot %s', (commandLine, slot) => {
  expect(bootedByRauc(commandLine, parse(CONF).slots)).toEqual(
    slot === null ? null : { slot, certain: true },
  );
});

fuzz("RAUC's system.conf", [Buffer.from(CONF)], (bytes) => void parse(bytes.toString("utf8")));
