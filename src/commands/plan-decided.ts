import type { Decision } from "../domain/decide-boot.ts";
import { ExitCode, HoldfastError, messageOf } from "../domain/errors.ts";
import type { Reason } from "../domain/plan.ts";
import type { Device } from "./device.ts";
import { askForMenu, say, tell, tellProblems } from "./gate-answer.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { makePlan, writePlan } from "./plan-file.ts";

/**
 * Plans the start of the decided slot, or of the next one that can be entered from here. A choice that needs a restart
 * is a person's to make, as long as there may be a menu.
 */
export async function planFirst(
  options: GlobalOptions,
  menu: boolean,
  device: Device,
  decision: Decision,
): Promise<ExitCode> {
  const obstacles: string[] = [];
  for (const slot of [decision.slot, ...decision.others].filter((each) => each !== null)) {
    const { entry, entryReason, damaged } = await device.describe(slot);
    const reason = skipped(device, slot, decision, obstacles);
    if (entry === "switch-root") return plan(options, device, slot, reason);
    const refusal = entry === "kexec" ? await startOwn(options, device, slot, reason) : entryReason;
    if (refusal === null) return ExitCode.done;
    const obstacle = `${labelOf(device, slot)}: ${refusal}`;
    if (damaged) await markDamaged(device, slot, refusal);
    // What failed is marked by now: the bootloader starts the next one with the kernel that it needs.
    if (entry !== null && obstacles.length > 0 && (await device.next()) === slot) {
      return restart(options, { code: "fallback", text: `${obstacles.join(" ")} ${obstacle}` });
    }
    if (entry !== null && menu && obstacles.length === 0) {
      return askForMenu(options, { code: "needs-own-kernel", text: obstacle });
    }
    tell(obstacle);
    obstacles.push(obstacle);
  }
  const text = [decision.slot === null ? decision.reason.text : "No slot can be entered.", ...obstacles].join(
    " ",
  );
  // Without its configuration Holdfast does not know what the supervisor may know from build time.
  if (device.readOnly?.code === "bad-config") {
    throw new HoldfastError("badConfig", `${device.readOnly.text} ${text}`);
  }
  if (menu) return askForMenu(options, { code: "nothing-bootable", text });
  throw new HoldfastError("nothingBootable", text);
}

async function markDamaged(device: Device, slot: string, why: string): Promise<void> {
  const problem = await device.markDamaged(slot, why);
  if (problem !== null) tell(problem);
}

/** Starts again, for the bootloader to start the slot that is next. */
function restart(options: GlobalOptions, reason: Reason): ExitCode {
  writePlan(runDirOf(options), { action: "reboot", slot: null, target: "system", reason });
  say(`restart: ${reason.text}`);
  return ExitCode.done;
}

/** Plans the start of the slot's own kernel; answers why not where the running one does not take it. */
async function startOwn(
  options: GlobalOptions,
  device: Device,
  slot: string,
  reason: Reason,
): Promise<string | null> {
  try {
    await plan(options, device, slot, reason);
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

function labelOf(device: Device, slot: string): string {
  return device.places.find((place) => place.id === slot)?.label ?? slot;
}

/** Why this slot is entered: as decided, or because those before it could not be. */
function skipped(device: Device, slot: string, decision: Decision, obstacles: readonly string[]): Reason {
  if (device.readOnly !== null) return device.readOnly;
  // What was tried before in this boot comes first; a slot that was marked bad for it is no obstacle any more.
  const failed = [...device.failed].map(([id, why]) => `${labelOf(device, id)}: ${why}`);
  const all = [...new Set([...failed, ...obstacles])];
  if (all.length === 0) return decision.reason;
  return { code: "fallback", text: `${all.join(" ")} ${labelOf(device, slot)} is used instead.` };
}

async function plan(options: GlobalOptions, device: Device, slot: string, reason: Reason): Promise<ExitCode> {
  await makePlan(runDirOf(options), (keep) => device.planFor(slot, reason, { keep }));
  tellProblems(device);
  say(`slot ${slot}: ${reason.text}`);
  return ExitCode.done;
}
