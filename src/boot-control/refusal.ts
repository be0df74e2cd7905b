import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change } from "../domain/slot.ts";
import type { BootControl } from "./boot-control.ts";

/** Most tries that any scheme stores, so that a number means the same in all of them. */
export const MAX_TRIES = 15;

const NEEDED: Record<Change["kind"], Capability> = {
  select: "select",
  "mark-good": "markGood",
  "mark-bad": "markBad",
  "set-tries": "setTries",
  "take-try": "triesLeft",
};

/**
 * Throws before anything is opened when a change cannot be asked of this store: `usage` for a slot that it
 * does not have or a number out of range, `refused` for what the scheme cannot write.
 */
export function checkChange(
  control: BootControl,
  change: Change,
  slots: readonly { readonly id: string }[],
): void {
  if (!slots.some((slot) => slot.id === change.slot)) {
    const known = slots.map((slot) => slot.id).join(", ");
    throw new HoldfastError("usage", `there is no slot ${change.slot}; the slots are: ${known}`);
  }
  if (change.kind === "set-tries") checkTries(change.tries);
  if (change.kind === "select" && change.once) need(control, "once");
  need(control, NEEDED[change.kind]);
  if (change.kind === "take-try" && control.counting === "bootloader") {
    throw new HoldfastError("refused", `the bootloader counts the tries of ${control.scheme}, not Holdfast`);
  }
}

function need(control: BootControl, capability: Capability): void {
  if (control.capabilities.has(capability)) return;
  throw new HoldfastError("refused", `the scheme ${control.scheme} has no way to store "${capability}"`);
}

function checkTries(tries: number): void {
  if (Number.isInteger(tries) && tries >= 1 && tries <= MAX_TRIES) return;
  throw new HoldfastError("usage", `${tries} tries cannot be stored, 1 to ${MAX_TRIES} would be right`, {
    ...(tries === 0 ? { next: "to take a slot out of use, mark it bad" } : {}),
  });
}
