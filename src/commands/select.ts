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
  const named = isSystemKey(slot) ? await slotOf(options, slot) : slot;
  const device = await openDevice(options);
  const change = { kind: "select", slot: named, once, ...(via && { via }) } as const;
  const written = await device.write(change);
  const what = once ? "is taken for the next start only" : "is the default now";
  print(`Slot ${named} ${what}. Next start: ${written.next.reason.text}\n`);
  reportProblems(written.problems);
  return ExitCode.done;
}

/** The slot that the key of a system names. */
async function slotOf(options: GlobalOptions, key: string): Promise<string> {
  const { changeOf } = await import("./slot-systems.ts");
  return (await changeOf(options, key)).slot;
}
