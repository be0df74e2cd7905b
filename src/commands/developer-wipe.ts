import type { DeveloperFlag } from "../domain/developer-flag.ts";
import { HoldfastError } from "../domain/errors.ts";
import { FLAG_FILE, flagText } from "../state/developer-flag.ts";
import { armReset, previewReset, resetNow } from "../state/reset/arm.ts";
import { isBooting } from "./boot-state.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { neededResetPlace, slotsOf } from "./reset-place.ts";
import { writeResetRecord } from "./reset-record.ts";
import { reopenState } from "./reset-services.ts";

/**
 * Erases all user data and turns developer mode on with it: the flag names the reset, and lies on the fresh state
 * partition only once that is complete. Before the system runs it is done at once, else at the next start. Answers
 * what was done, as a sentence.
 */
export async function wipeForDevelopers(
  options: GlobalOptions,
  device: Device,
  chosen: Pick<DeveloperFlag, "features" | "ephemeral">,
): Promise<string> {
  const place = await neededResetPlace(options, device.config, slotsOf(device));
  if (place.role !== "state") {
    throw new HoldfastError("refused", "Without a state partition nothing could remember developer mode.");
  }
  const preview = await previewReset(place, "data");
  const id = crypto.randomUUID();
  const also = { [FLAG_FILE]: flagText({ ...chosen, policy: "wipe", reset: id }) };
  const request = { id, scope: "data", origin: "developer-mode" } as const;
  const features = chosen.features.join(", ");
  if (!isBooting(options)) {
    await armReset(place, preview, request, also);
    return `At the next start all user data is erased, and developer mode is on with ${features}.`;
  }
  try {
    writeResetRecord(runDirOf(options), await resetNow(place, preview, request, () => {}, also));
  } finally {
    await reopenState(options);
  }
  return `All user data was erased, and developer mode is on with ${features}.`;
}
