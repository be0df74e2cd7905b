import { ExitCode } from "../domain/errors.ts";
import { RUN_DIR } from "../domain/plan.ts";

/**
 * Puts the virtual console, its keyboard and the USB port back after a menu that died, and takes away what it mounted
 * for a look. Idempotent.
 */
export async function restoreConsoleCommand(): Promise<ExitCode> {
  const { clearLooks } = await import("../linux/look-folder.ts");
  const { withdrawOffer } = await import("./usb-port.ts");
  const { restoreConsole } = await import("../linux/console-mode.ts");
  await restoreConsole();
  await withdrawOffer();
  clearLooks(RUN_DIR);
  return ExitCode.done;
}
