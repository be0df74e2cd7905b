import { messageOf } from "../domain/errors.ts";
import { claimOf, plainStart, titleOf } from "../domain/kept-systems.ts";
import type { Reason } from "../domain/plan.ts";
import type { Device } from "./device.ts";
import { readFailedSlots } from "./failed-slots.ts";
import { say, tell } from "./gate-answer.ts";
import { keptSystems, planForSystem } from "./kept-systems.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { makePlan } from "./plan-file.ts";

/**
 * Plans the ordinary start of a device that has no slots but systems of another family: what the bootloader named,
 * or the one default. False where that is not certain, where it failed in this boot, or where it cannot be entered.
 */
export async function planPlainSystem(options: GlobalOptions): Promise<boolean> {
  try {
    const found = await keptSystems(options, null);
    const system = plainStart(found);
    if (system === null || readFailedSlots(runDirOf(options)).has(system.key)) return false;
    const isNamed = found.groups.some(({ named }) => named === system.key);
    const reason: Reason = isNamed
      ? { code: "bootloader-chose", text: `The bootloader started ${titleOf(system)}.` }
      : { code: "default", text: `${titleOf(system)} is the default.` };
    await makePlan(runDirOf(options), () =>
      planForSystem(options, null, system.key, { reason, console: null }),
    );
    say(`system ${system.key}: ${reason.text}`);
    return true;
  } catch (error) {
    tell(messageOf(error));
    return false;
  }
}

/**
 * Whether something goes before a slot that only the type of its partition tells, where nothing names that: a system of
 * another family that the bootloader named, which is planned then, or the default of one, where nobody knows which of
 * both is meant.
 */
export async function familyInstead(
  options: GlobalOptions,
  device: Device,
): Promise<"planned" | "unclear" | null> {
  const claim = claimOf(await keptSystems(options, device));
  if (claim === "named" && (await planPlainSystem(options))) return "planned";
  return claim === null ? null : "unclear";
}
