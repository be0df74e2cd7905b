import { messageOf } from "../domain/errors.ts";
import type { Watch } from "../linux/syscalls.ts";
import { watchEvdev } from "./evdev/watch.ts";
import { libinputObstacle } from "./libinput/obstacle.ts";
import type { InputOptions } from "./options.ts";

/**
 * Who reads the input devices: "evdev" is our own reader, which needs nothing but the kernel; "libinput" the system's,
 * where udev runs; "auto" that one where it is there. What libinput cannot do, evdev does.
 */
export type InputDriver = "auto" | "evdev" | "libinput";

/**
 * Reads every key and touch device there is, and those that are plugged in later, each for itself alone. `close` stops
 * listening at once; the descriptors are closed in the background.
 */
export async function watchInput(driver: InputDriver, options: InputOptions): Promise<Watch> {
  if (driver === "evdev") return watchEvdev(options);
  let why = libinputObstacle();
  if (why === null) {
    try {
      const { watchLibinput } = await import("./libinput/watch.ts");
      return watchLibinput(options);
    } catch (error) {
      why = messageOf(error);
    }
  }
  options.log(`input is read without libinput: ${why}`);
  return watchEvdev(options);
}
