import { ExitCode } from "../domain/errors.ts";

/** Puts the virtual console and its keyboard back after a menu that died. Idempotent. */
export async function restoreConsoleCommand(): Promise<ExitCode> {
  const { restoreConsole } = await import("../linux/console-mode.ts");
  await restoreConsole();
  return ExitCode.done;
}
