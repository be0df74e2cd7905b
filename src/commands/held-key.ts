import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { openEventDevice } from "../linux/evdev.ts";
import { printError } from "../linux/output.ts";

/**
 * Whether a key is down on one of these event devices: exit 10 if so, as from `evtest --query`. For the probe, where the initramfs has
 * neither evtest nor iskey. A device that cannot be asked has no key down.
 */
export function heldKey(word: string, devices: readonly string[]): ExitCode {
  const code = Number(word);
  if (!Number.isInteger(code) || code < 1 || code > 0x2ff) {
    throw new HoldfastError("usage", `"${word}" is no key code; 114 (KEY_VOLUMEDOWN) would be one.`);
  }
  return devices.some((path) => isDown(path, code)) ? ExitCode.showMenu : ExitCode.done;
}

function isDown(path: string, code: number): boolean {
  try {
    return openEventDevice(path).heldKeys().includes(code);
  } catch (error) {
    printError(`holdfast: ${path} cannot be asked: ${messageOf(error)}\n`);
    return false;
  }
}
