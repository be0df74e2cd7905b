import { ExitCode } from "../domain/errors.ts";

/** Puts the virtual console, its keyboard and the USB port back after a menu that died. Idempotent. */
export async function restoreConsoleCommand(): Promise<ExitCode> {
  const { withdrawOffer } = await import("./usb-port.ts");
  const { restoreConsole } = await import("../linux/console-mode.ts");
  await restoreConsole();
  await withdrawOffer();
  return ExitCode.done;
}
