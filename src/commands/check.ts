import { loadConfig } from "../config/load.ts";
import { ExitCode } from "../domain/errors.ts";
import { readCommandLine } from "../linux/kernel.ts";
import { print } from "../linux/output.ts";
import { openDevice } from "./device.ts";
import type { GlobalOptions } from "./options.ts";

/** Says of configuration and device what is right and what is wrong; exit 2 when something is. */
export async function check(options: GlobalOptions): Promise<ExitCode> {
  const commandLine = readCommandLine(options.root);
  const { sources } = loadConfig({ file: options.config, root: options.root, commandLine });
  const from = sources.length === 0 ? "none; everything is discovered" : sources.join(", ");
  say(`ok     configuration: ${from}`);
  const status = await (await openDevice(options)).status();
  say(`ok     slot state: ${status.scheme}, counted by ${status.counting}`);
  for (const slot of status.slots) {
    const found = slot.identity ?? "not found";
    say(`${slot.identity === null ? "wrong " : "ok    "} slot ${slot.id}: ${found}, ${slot.health}`);
    if (slot.entryReason !== null) say(`note   slot ${slot.id}: ${slot.entryReason}`);
  }
  for (const problem of status.problems) say(`wrong  ${problem}`);
  const isRight = status.problems.length === 0 && status.slots.every((slot) => slot.identity !== null);
  say(isRight ? "Everything is right." : "Something is wrong, see above.");
  return isRight ? ExitCode.done : ExitCode.usage;
}

function say(line: string): void {
  print(`${line}\n`);
}
