import { ExitCode } from "../domain/errors.ts";
import { print, printError } from "../linux/output.ts";
import { historyDirOf } from "./boot-state.ts";
import { openDevice } from "./device.ts";
import { keepingOf } from "./keeping.ts";
import type { GlobalOptions } from "./options.ts";
import { statusJson } from "./status-json.ts";
import { statusTable } from "./status-table.ts";

export interface StatusOptions {
  readonly json?: boolean;
  /** The last starts instead of what is now. */
  readonly history?: boolean;
  /** The systems of other families that the disks keep, too. */
  readonly all?: boolean;
}

/**
 * Prints every slot, its counters, and what boots next and why; with `history` the last twenty starts. Writes
 * nothing to the device. With `all` every system of other families follows, which is there without any slot too.
 */
export async function status(
  options: GlobalOptions,
  { json = false, history = false, all = false }: StatusOptions,
): Promise<ExitCode> {
  if (history) return printHistory(options, json);
  if (all) {
    const { statusOfAll } = await import("./status-all.ts");
    return statusOfAll(options, json);
  }
  const device = await openDevice(options);
  const found = await device.status();
  const keeping = keepingOf(options);
  const { flag } = device.developerFlag();
  print(
    json ? `${JSON.stringify(statusJson(found, keeping, flag), null, 2)}\n` : statusTable(found, keeping),
  );
  const { readOnly } = device;
  reportProblems([...(readOnly === null ? [] : [`nothing is written: ${readOnly.text}`]), ...found.problems]);
  return ExitCode.done;
}

async function printHistory(options: GlobalOptions, json: boolean): Promise<ExitCode> {
  const { History } = await import("../state/history.ts");
  const { bootHistory, historyLines } = await import("../domain/boot-history.ts");
  const history = new History(historyDirOf(options));
  const boots = bootHistory(history.events());
  const lines = historyLines(boots).map(({ text }) => `${text}\n`);
  print(
    json
      ? `${JSON.stringify({ version: 1, boots }, null, 2)}\n`
      : lines.join("") || "No start is remembered.\n",
  );
  reportProblems(history.problems);
  return ExitCode.done;
}

/** What is amiss goes to stderr, so that it is neither lost nor in the way of scripts. */
export function reportProblems(problems: readonly string[]): void {
  for (const problem of problems) printError(`holdfast: ${problem}\n`);
}
