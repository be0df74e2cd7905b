import { appendFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { printError } from "../linux/output.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";

/**
 * The menu's own log: /run/holdfast/menu.log, which the real root can still read, and stderr for those who
 * ask for it. Its time is the kernel's uptime, as a phone often has no clock. Never throws.
 */
export function openMenuLog(options: GlobalOptions): (line: string) => void {
  const file = join(runDirOf(options), "menu.log");
  return (line) => {
    const stamped = `[${process.hrtime()[0]}.${String(process.hrtime()[1]).padStart(9, "0").slice(0, 6)}] ${line}\n`;
    if (options.logLevel === "debug") printError(stamped);
    try {
      mkdirSync(dirname(file), { recursive: true });
      appendFileSync(file, stamped);
    } catch {
      // Without a place to write to there is no log; the menu goes on.
    }
  };
}
