import { mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { discoverDevices } from "../../../src/input/evdev/discover.ts";
import { folderOfTest } from "../../fixtures/folder.ts";

interface Fake {
  readonly name: string;
  readonly ev: string;
  readonly key?: string;
  readonly abs?: string;
  readonly rel?: string;
  readonly properties?: string;
}

/** A /sys/class/input with these devices as event0, event1, … */
function sysfs(...devices: Fake[]): string {
  const root = folderOfTest("input");
  mkdirSync(join(root, "mouse0"));
  for (const [index, device] of devices.entries()) {
    const folder = join(root, `event${index}`, "device");
    mkdirSync(join(folder, "capabilities"), { recursive: true });
    writeFileSync(join(folder, "name"), `${device.name}\n`);
    writeFileSync(join(folder, "properties"), `${device.properties ?? "0"}\n`);
    for (const file of ["ev", "key", "abs", "rel"] as const)
      writeFileSync(join(folder, "capabilities", file), `${device[file] ?? "0"}\n`);
  }
  return root;
}

function classOf(device: Fake) {
  return discoverDevices(sysfs(device))[0]?.class ?? null;
}

describe("finding input devices", () => {
  test("volume and power keys of a phone", () => {
    const found = discoverDevices(
      sysfs(
        { name: "gpio-keys", ev: "3", key: "c000000000000 0" },
        { name: "pm8941_pwrkey", ev: "3", key: "10000000000000 0" },
      ),
    );
    expect(found.map(({ node, name, class: { keys } }) => [node, name, keys])).toEqual([
      ["event0", "gpio-keys", true],
      ["event1", "pm8941_pwrkey", true],
    ]);
  });

  test("a multitouch panel of protocol B", () => {
    const touch = { name: "Goodix", ev: "b", key: "400 0 0 0 0 0", abs: "260800000000003", properties: "2" };
    expect(classOf(touch)).toMatchObject({ touch: "slots", touchKey: 0x14a });
  });

  test("a multitouch panel of protocol A, with and without a key for touching", () => {
    expect(classOf({ name: "ft5406", ev: "b", key: "400 0 0 0 0 0", abs: "61000000000000" })).toMatchObject({
      touch: "contacts",
    });
    expect(classOf({ name: "synaptics-rmi", ev: "9", abs: "261000000000003" })).toMatchObject({
      touch: "contacts",
    });
  });

  test("a panel of protocol B that announces neither key nor property, as Synaptics' on Linux 3.4", () => {
    expect(classOf({ name: "sensor00fn11", ev: "b", abs: "6f3800000000000" })).toMatchObject({
      touch: "slots",
    });
  });

  test("a knob without any key, and the button of a headset", () => {
    expect(classOf({ name: "rotary@0", ev: "5", rel: "80" })).toMatchObject({ keys: true, mouse: false });
    expect(classOf({ name: "Headset", ev: "3", key: "400000000 0 0 0" })).toMatchObject({ keys: true });
  });

  test("a single-touch panel", () => {
    expect(classOf({ name: "ADS7846", ev: "b", key: "400 0 0 0 0 0", abs: "1000003" })).toMatchObject({
      touch: "single",
      touchKey: 0x14a,
    });
  });

  test("the tablet of a virtual machine counts as touch with its left button", () => {
    expect(classOf({ name: "QEMU Virtio Tablet", ev: "f", key: "70000 0 0 0 0", abs: "3" })).toMatchObject({
      touch: "single",
      touchKey: 0x110,
    });
  });

  test("what is of no use is left alone: accelerometer, lid switch, touchpad, joystick", () => {
    expect(classOf({ name: "bma180", ev: "9", abs: "7", properties: "40" })).toBeNull();
    expect(classOf({ name: "Lid Switch", ev: "21" })).toBeNull();
    expect(
      classOf({ name: "Touchpad", ev: "b", key: "420 10000 0 0 0 0", abs: "260800000000003" }),
    ).toBeNull();
    expect(classOf({ name: "Stick", ev: "b", key: "1 0 0 0 0", abs: "3" })).toBeNull();
  });

  test("no sysfs, no devices", () => {
    expect(discoverDevices(join(tmpdir(), "holdfast-no-such-folder"))).toEqual([]);
  });
});
