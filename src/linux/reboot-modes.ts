import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import { namesIn } from "./names.ts";

/** The property of a device tree node that gives a word of reboot(2) its magic number. */
const PROPERTY = /^mode-(.+)$/;

/**
 * The words that the kernel's reboot-mode drivers would hand to the firmware (drivers/power/reset/reboot-mode.c):
 * they match a word with "mode-WORD" of their device tree node exactly, and write nothing for any other. Only
 * nodes count whose driver is at work. `sysfs` is its root.
 */
export function rebootModes(sysfs = "/sys"): readonly { readonly word: string; readonly node: string }[] {
  const devices = join(sysfs, "bus/platform/devices");
  return namesIn(devices).flatMap((device) => {
    const folder = join(devices, device);
    const node = join(folder, "of_node");
    if (!existsSync(join(folder, "driver"))) return [];
    const words = namesIn(node).flatMap((name) => PROPERTY.exec(name)?.[1] ?? []);
    return words.map((word) => ({ word, node: nameOf(node) }));
  });
}

/** The path of a node in the device tree, such as "/soc/syscon@ff770000/reboot-mode". */
function nameOf(node: string): string {
  return realpathSync(node).replace(/^.*\/devicetree\/base/, "");
}
