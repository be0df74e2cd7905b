import { HoldfastError } from "../domain/errors.ts";
import type { Capability, Change } from "../domain/slot.ts";
import type { BootControl } from "./boot-control.ts";

/** Most tries that any scheme stores, so that a number means the same in all of them; some store fewer. */
export const MAX_TRIES = 15;

/** What a store can that keeps tries and a default, and nothing of one start only. */
export const TRIES_AND_DEFAULT: ReadonlySet<Capability> = new Set<Capability>([
  "triesLeft",
  "select",
  "markGood",
  "markBad",
  "setTries",
]);

const NEEDED: Record<Exclude<Change["kind"], "select">, Capability> = {
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
  if (change.kind === "set-tries") checkTries(change.tries, control.maxTries ?? MAX_TRIES);
  need(control, neededFor(change));
  if (change.kind === "take-try" && control.counting === "bootloader") {
    throw new HoldfastError("refused", `the bootloader counts the tries of ${control.scheme}, not Holdfast`);
  }
}

function neededFor(change: Change): Capability {
  if (change.kind !== "select") return NEEDED[change.kind];
  // A store may keep the slot of the next start and no default, as GRUB's next_entry does.
  if (change.once) return "once";
  return change.via === "bootloader" ? "selectViaBootloader" : "select";
}

function need(control: BootControl, capability: Capability): void {
  if (control.capabilities.has(capability)) return;
  throw new HoldfastError("refused", `the scheme ${control.scheme} has no way to store "${capability}"`);
}

function checkTries(tries: number, most: number): void {
  if (Number.isInteger(tries) && tries >= 1 && tries <= most) return;
  const right = most === 1 ? "1" : `1 to ${most}`;
  throw new HoldfastError("usage", `${tries} tries cannot be stored, ${right} would be right`, {
    ...(tries === 0 ? { next: "to take a slot out of use, mark it bad" } : {}),
  });
}
