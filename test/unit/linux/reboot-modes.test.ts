import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { rebootModes } from "../../../src/linux/reboot-modes.ts";

let sysfs: string;
beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), "holdfast-sysfs-"));
});
afterEach(() => rmSync(sysfs, { recursive: true }));

/** A platform device of a made-up sysfs with a node that has these properties. */
function addDevice(name: string, node: string, properties: readonly string[], isBound: boolean): void {
  const folder = join(sysfs, "firmware/devicetree/base", node);
  mkdirSync(folder, { recursive: true });
  for (const property of properties) writeFileSync(join(folder, property), Buffer.from([0, 0, 0, 2]));
  const device = join(sysfs, "bus/platform/devices", name);
  mkdirSync(device, { recursive: true });
  symlinkSync(folder, join(device, "of_node"));
  if (isBound) mkdirSync(join(device, "driver"));
}

test("words come from nodes whose driver is at work", () => {
  addDevice("c440000.spmi:pmic@0:pon@800", "soc/pon@800", ["mode-bootloader", "mode-recovery", "reg"], true);
  addDevice("reboot-mode", "reboot-mode", ["mode-edl"], false);
  addDevice("serial", "serial", ["compatible"], true);
  expect(rebootModes(sysfs)).toEqual([
    { word: "bootloader", node: "/soc/pon@800" },
    { word: "recovery", node: "/soc/pon@800" },
  ]);
});

test("a machine without a device tree has none", () => {
  mkdirSync(join(sysfs, "bus/platform/devices/rtc_cmos/driver"), { recursive: true });
  expect(rebootModes(sysfs)).toEqual([]);
  expect(rebootModes(join(sysfs, "missing"))).toEqual([]);
});
