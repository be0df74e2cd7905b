import { join } from "node:path";
import { parseCapabilityMask } from "../../bytes/input-event.ts";
import { WORD_SIZE } from "../../linux/evdev.ts";
import { namesIn } from "../../linux/names.ts";
import { textOf } from "../../linux/sysfs.ts";
import { classify, type DeviceClass } from "./classify.ts";

/** Where the kernel lists its input devices. */
export const SYSFS = "/sys/class/input";

/** A device that the menu can read: its node's name, such as "event3", and what the driver calls it. */
export interface FoundDevice {
  readonly node: string;
  readonly name: string;
  readonly class: DeviceClass;
}

/** All event devices of use to the menu, from sysfs (usually /sys/class/input); no udev is asked. */
export function discoverDevices(sysfs: string): FoundDevice[] {
  const found: FoundDevice[] = [];
  for (const node of eventNodes(sysfs)) {
    const device = join(sysfs, node, "device");
    const bits = (file: string): Set<number> => parseCapabilityMask(textOf(join(device, file)), WORD_SIZE);
    const deviceClass = classify({
      types: bits("capabilities/ev"),
      keys: bits("capabilities/key"),
      axes: bits("capabilities/abs"),
      relative: bits("capabilities/rel"),
      switches: bits("capabilities/sw"),
      properties: bits("properties"),
    });
    if (deviceClass !== null) found.push({ node, name: textOf(join(device, "name")), class: deviceClass });
  }
  return found;
}

function eventNodes(sysfs: string): string[] {
  return namesIn(sysfs).filter((name) => /^event\d+$/.test(name));
}
