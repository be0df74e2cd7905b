import { ExitCode } from "../domain/errors.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import { print } from "../linux/output.ts";
import { openDevice } from "./device.ts";
import type { GlobalOptions } from "./options.ts";
import { reportProblems } from "./status.ts";

/**
 * Makes a slot the default, or with `once` the one of the next start only. With `via` the bootloader is left
 * marks from which it makes the switch itself. A system of another family is refused with the command of the
 * running system that makes it the default.
 */
export async function select(
  options: GlobalOptions,
  slot: string,
  { once = false, via }: { once?: boolean; via?: "bootloader" },
): Promise<ExitCode> {
  if (isSystemKey(slot)) {
    const { selectSystem } = await import("./kept-systems.ts");
    selectSystem(options, slot);
  }
  const device = await openDevice(options);
  const { next, problems } = await device.write({ kind: "select", slot, once, ...(via && { via }) });
  const what = once ? "is taken for the next start only" : "is the default now";
  print(`Slot ${slot} ${what}. Next start: ${next.reason.text}\n`);
  reportProblems(problems);
  return ExitCode.done;
}
