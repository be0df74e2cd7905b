import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Plan, Reason } from "../domain/plan.ts";
import { looksEnded } from "../roots/look-turns.ts";
import type { Finished } from "../session/session.ts";
import type { Facts } from "./menu-facts.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { makePlan } from "./plan-file.ts";

/** Writes the plan of what was chosen; why that failed, with nothing entered, or null. */
export async function settle(
  options: GlobalOptions,
  facts: Facts,
  finished: Finished,
  reason: Reason | null,
): Promise<string | null> {
  try {
    await looksEnded();
    await makePlan(runDirOf(options), (keep) => planOf(options, facts, finished, reason, keep));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Why a menu switches the device off by itself. */
const POWER_OFF: Readonly<Record<"battery-empty" | "nobody-there", Reason>> = {
  "battery-empty": { code: "battery-empty", text: "The battery is empty." },
  "nobody-there": { code: "nobody-there", text: "Nobody did anything in the menu for long." },
};

async function planOf(
  options: GlobalOptions,
  { device, status }: Facts,
  { outcome, from }: Finished,
  reason: Reason | null,
  keep: (plan: Plan) => void,
): Promise<Plan> {
  const chosen: Reason = { code: "chosen", text: "Chosen in the menu." };
  if (outcome.kind === "power-off") {
    const { because } = outcome;
    return { action: "power-off", reason: because === undefined ? chosen : POWER_OFF[because] };
  }
  if (outcome.kind === "unattended") throw new HoldfastError("nothingBootable", "Nobody chose in the menu.");
  if (outcome.kind === "reboot") {
    return { action: "reboot", slot: outcome.slot, target: outcome.target, reason: chosen };
  }
  if (outcome.kind === "enter-system") {
    const { planForSystem } = await import("./kept-systems.ts");
    const reason: Reason = { code: "chosen", text: `${outcome.title} was chosen in the menu.` };
    return planForSystem(options, device, outcome.system, { reason, console: from });
  }
  if (device === null) throw new HoldfastError("noDevice", status.next.reason.text);
  // A fallback that a person let go on stays one: the running system is to know that a slot failed.
  if (reason?.code === "fallback" && outcome.slot === status.next.slot && outcome.safe !== true) {
    return device.planFor(outcome.slot, reason, { keep, console: from });
  }
  // What nobody chose starts for the reason that it would have had without a menu.
  if (from === null && outcome.slot === status.next.slot) {
    return device.planFor(outcome.slot, status.next.reason, { keep, console: from });
  }
  const label = status.slots.find((slot) => slot.id === outcome.slot)?.label ?? outcome.slot;
  return device.planFor(
    outcome.slot,
    { code: "chosen", text: `${label} was chosen in the menu.` },
    { keep, console: from, safe: outcome.safe ?? false },
  );
}
