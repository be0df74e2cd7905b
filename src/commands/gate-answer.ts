import { ExitCode, messageOf } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import { print, printError } from "../linux/output.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { writeMenuReason } from "./plan-file.ts";

/** What the boot's consoles show; stdout is for the decision. */
export function tell(sentence: string): void {
  printError(`holdfast: ${sentence}\n`);
}

const told = new Set<string>();

/** Tells what was found amiss since it was told last. */
export function tellProblems(device: Device): void {
  for (const problem of device.problems()) {
    if (!told.has(problem)) tell(problem);
    told.add(problem);
  }
}

/** The decision, for people and logs. It stands in the files of /run: one that cannot be printed holds. */
export function say(decision: string): void {
  try {
    print(`${decision}\n`);
  } catch (error) {
    tell(messageOf(error));
  }
}

/** Answers that the menu is to be shown, and leaves it the reason. */
export function askForMenu(options: GlobalOptions, reason: Reason): ExitCode {
  writeMenuReason(runDirOf(options), reason);
  say(`menu: ${reason.text}`);
  return ExitCode.showMenu;
}
