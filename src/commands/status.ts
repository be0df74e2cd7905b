import { ExitCode } from "../domain/errors.ts";
import { print, printError } from "../linux/output.ts";
import { openDevice } from "./device.ts";
import type { GlobalOptions } from "./options.ts";
import { statusJson } from "./status-json.ts";
import { statusTable } from "./status-table.ts";

/** Prints every slot, its counters, and what boots next and why. Writes nothing to the device. */
export async function status(options: GlobalOptions, { json }: { json?: boolean }): Promise<ExitCode> {
  const device = await openDevice(options);
  const found = await device.status();
  print(json ? `${JSON.stringify(statusJson(found), null, 2)}\n` : statusTable(found));
  const { readOnly } = device;
  reportProblems([...(readOnly === null ? [] : [`nothing is written: ${readOnly.text}`]), ...found.problems]);
  return ExitCode.done;
}

/** What is amiss goes to stderr, so that it is neither lost nor in the way of scripts. */
export function reportProblems(problems: readonly string[]): void {
  for (const problem of problems) printError(`holdfast: ${problem}\n`);
}
