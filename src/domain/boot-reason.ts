import type { LastDecision } from "./last-decision.ts";
import type { Reason } from "./plan.ts";
import type { SlotState } from "./slot.ts";
import { type Failures, inBrackets } from "./slot-failure.ts";

/** What people call a slot that nobody gave a label: "Slot A" from its id "a". */
export function plainLabel(id: string): string {
  return `Slot ${id.toUpperCase()}`;
}

/** Names of slots as people know them. */
export type Labels = ReadonlyMap<string, string>;

/** The label of a slot at the start of a sentence. */
export function labelOf(id: string, labels: Labels): string {
  return labels.get(id) ?? plainLabel(id);
}

/** The label of a slot inside a sentence: "slot A", but "System A" keeps its capital as a name does. */
function labelWithin(id: string, labels: Labels): string {
  return labelOf(id, labels).replace(/^Slot /, "slot ");
}

/** Why a slot that was entered last is not entered again, as the second half of a sentence. */
export function failureOf(last: LastDecision, failures: Failures): string {
  const seen = failures.get(last.slot);
  // One that was confirmed when it was entered used up no try: somebody else marked it.
  const isMarked = last.outcome === "marked-bad" || seen?.kind === "marked-bad" || last.attempts === 0;
  if (isMarked) return `was marked bad${seen?.kind === "marked-bad" ? inBrackets(seen) : ""}`;
  const tries = last.attempts === 1 ? "" : ` after ${last.attempts} tries`;
  return `did not start${tries}${inBrackets(seen)}`;
}

/** What keeps a slot from being started, as the second half of a sentence. */
function obstacleOf(slot: SlotState, failures: Failures): string {
  if (slot.health === "empty") return "is empty";
  if (slot.health === "unknown") return "could not be read";
  if (slot.health === "trying") return "is on its last try";
  const seen = failures.get(slot.id);
  const what = seen?.kind === "marked-bad" ? "was marked bad" : "was not confirmed and has no tries left";
  return `${what}${inBrackets(seen)}`;
}

/** The sentence of a fallback that just happened. */
export function fallbackReason(from: string, why: string, to: string, labels: Labels): Reason {
  return {
    code: "fallback",
    text: `${labelOf(from, labels)} ${why}, so ${labelWithin(to, labels)} is used.`,
  };
}

/** The sentence of the plain choice; names the slots that would have come first but cannot be started. */
export function defaultReason(
  slot: SlotState,
  hindered: readonly SlotState[],
  labels: Labels,
  failures: Failures,
): Reason {
  const first = hindered[0];
  const text =
    first === undefined
      ? `${labelOf(slot.id, labels)} is the default.`
      : `${labelOf(first.id, labels)} ${obstacleOf(first, failures)}, so ${labelWithin(slot.id, labels)} is used.`;
  return { code: "default", text };
}

export function onceReason(slot: string, labels: Labels): Reason {
  return { code: "once", text: `${labelOf(slot, labels)} was chosen for this start only.` };
}

/** The bootloader's choice, and the first other slot that cannot be started, which it may have passed over. */
export function bootloaderReason(
  slot: string,
  hindered: readonly SlotState[],
  labels: Labels,
  failures: Failures,
): Reason {
  const first = hindered.find((other) => other.id !== slot);
  const other =
    first === undefined ? "" : `; ${labelWithin(first.id, labels)} ${obstacleOf(first, failures)}`;
  return { code: "bootloader-chose", text: `The bootloader chose ${labelWithin(slot, labels)}${other}.` };
}

export function unreadableReason(slot: string, isLast: boolean, labels: Labels): Reason {
  const because = isLast ? "as last time" : "the first that may start";
  return {
    code: "store-unreadable",
    text: `The state of the slots could not be read, so ${labelWithin(slot, labels)} is used, ${because}.`,
  };
}

/** The sentence where only the type of their partitions tells systems, and nobody knows that they are slots of one. */
export function unsureReason(): Reason {
  const text =
    "Only the type of their partitions tells that these may be started, so a person has to choose.";
  return { code: "ambiguous-store", text };
}

/** The sentence where such a system and one of another family are there, and nothing names either. */
export function unclearReason(): Reason {
  const text = "Nothing says which system of this device is to be started, so a person has to choose.";
  return { code: "ambiguous-store", text };
}

/** The sentence when no slot can be started; says of each slot what is wrong with it. */
export function nothingBootableReason(
  slots: readonly SlotState[],
  labels: Labels,
  failures: Failures,
): Reason {
  const each = slots.map((slot) => `${labelWithin(slot.id, labels)} ${obstacleOf(slot, failures)}`);
  const text =
    each.length === 0 ? "No slot was found on this device." : `No slot can be started: ${each.join("; ")}.`;
  return { code: "nothing-bootable", text };
}
