import { readdirSync } from "node:fs";

/** Where the kernel lists controllers that can make this machine a USB device. */
export const CONTROLLERS = "/sys/class/udc";

/** Their names, such as "a600000.usb". */
export function usbControllers(): string[] {
  try {
    return readdirSync(CONTROLLERS).sort();
  } catch {
    return [];
  }
}
