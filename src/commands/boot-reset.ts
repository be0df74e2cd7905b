import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Asked } from "../domain/asked.ts";
import { HoldfastError } from "../domain/errors.ts";
import { OLD_VARIABLE, REQUEST_VARIABLE, SYSTEMD_VENDOR } from "../domain/reset-request.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { EFIVARS } from "../linux/efivars-folder.ts";
import { readCommandLine } from "../linux/kernel.ts";
import { printError } from "../linux/output.ts";
import { isBooting, knownState } from "./boot-state.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";

/** There while the supervisor carries out a reset, and afterwards when it did not finish. */
const UNFINISHED = "reset-unfinished";
const VARIABLES = [OLD_VARIABLE, REQUEST_VARIABLE].map((name) => `${name}-${SYSTEMD_VENDOR}`);

/** Why the state partition must not be used in this boot, as it may be half erased; null when it may. */
export function unfinishedReset(options: GlobalOptions): string | null {
  return existsSync(join(runDirOf(options), UNFINISHED)) ? "The factory reset is not finished." : null;
}

/** A person had it done in the menu: from here on the partition may be used. */
export function resetIsFinished(options: GlobalOptions): void {
  rmSync(join(runDirOf(options), UNFINISHED), { force: true });
}

/**
 * Whether a reset is to be finished or carried out before the boot goes on: its record is at the partition's end,
 * or it was asked for by its file on /state, by systemd's means, or by the bootloader's message unless that wants
 * a person to be asked.
 */
export async function resetWaits(
  options: GlobalOptions,
  device: Device,
  asked: Asked | null,
): Promise<boolean> {
  if (device.readOnly !== null || !isBooting(options) || unfinishedReset(options) !== null) return false;
  const request = resetOf(asked);
  const places = { root: options.root, state: join(options.root, "state"), request, tell };
  if (!mayWait(options, places.state) && request === null) return false;
  const { isAsked, isRecordedAt } = await import("../state/reset/waiting.ts");
  const { resetPlace } = await import("./reset-place.ts");
  const place = await resetPlace(options, device.config, []).catch(nowhere);
  if (place === null) return false;
  return (await isRecordedAt(place)) || isAsked({ ...places, config: device.config.reset });
}

/** On the way through a boot the supervisor shows it on every console. */
function tell(sentence: string): void {
  printError(`holdfast: ${sentence}\n`);
}

/** A state partition that is not there has been told of by now, and is no reason to end the boot here. */
function nowhere(error: unknown): null {
  if (error instanceof HoldfastError) return null;
  throw error;
}

/** Asked first, as almost every boot finds nothing of all this. */
function mayWait(options: GlobalOptions, state: string): boolean {
  const files = [
    ...["reset.json", "reset-word"].map((name) => join(state, HISTORY_DIR, name)),
    ...VARIABLES.map((name) => join(options.root, EFIVARS, name)),
  ];
  if (knownState(options)?.kind === "unusable" || files.some((file) => existsSync(file))) return true;
  return readCommandLine(options.root).includes("systemd.factory_reset");
}

/** The reset that the bootloader's message asks for without a question. */
export function resetOf(asked: Asked | null): Asked["reset"] {
  if (asked?.request.kind !== "recovery") return null;
  const prompts = asked.request.options.some(({ name }) => name === "prompt_and_wipe_data");
  return prompts ? null : asked.reset;
}
