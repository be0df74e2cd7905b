import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import { printError } from "../linux/output.ts";
import type { LogLevel } from "./options.ts";

/** One sentence and the next step on stderr, and the exit code; the stack only for those who ask for it. */
export function report(error: unknown, logLevel: LogLevel): ExitCode {
  printError(`holdfast: ${messageOf(error)}\n`);
  if (error instanceof HoldfastError && error.next !== null) printError(`${error.next}\n`);
  if (logLevel === "debug" && error instanceof Error) printError(`${error.stack}\n`);
  return error instanceof HoldfastError ? error.exitCode : ExitCode.internal;
}
