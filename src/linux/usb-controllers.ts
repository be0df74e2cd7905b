import { namesIn } from "./names.ts";

/** Where the kernel lists controllers that can make this machine a USB device. */
export const CONTROLLERS = "/sys/class/udc";

/** Their names, such as "a600000.usb". */
export function usbControllers(): string[] {
  return namesIn(CONTROLLERS);
}
