import {
  bootloaderReason,
  defaultReason,
  failureOf,
  fallbackReason,
  type Labels,
  nothingBootableReason,
  onceReason,
  unreadableReason,
  unsureReason,
} from "./boot-reason.ts";
import type { LastDecision } from "./last-decision.ts";
import type { Reason } from "./plan.ts";
import type { Counting, SlotState } from "./slot.ts";
import type { Failures } from "./slot-failure.ts";

/** Everything that the choice of a slot depends on. */
export interface BootFacts {
  /** In table order, which decides between equal priorities. */
  readonly slots: readonly SlotState[];
  /** Slot that the store itself names as the one that boots next; only counts without priorities. */
  readonly default?: string | null;
  /** Slot asked for the next start only. */
  readonly once: string | null;
  readonly counting: Counting;
  /** Whether the scheme never starts a slot of priority 0, as vboot does. */
  readonly zeroNeverBoots: boolean;
  /** Slot that the bootloader entered, by its own evidence; null when it did not choose. */
  readonly bootedByBootloader: string | null;
  readonly last: LastDecision | null;
  /** Why slots failed, where somebody saw it. */
  readonly failures: Failures;
  /** Whether nobody knows that these are slots: then none is started but by the bootloader's word or a person's. */
  readonly isUnsure?: boolean;
  readonly labels: Labels;
}

export interface Decision {
  /** Null when nothing can boot. */
  readonly slot: string | null;
  readonly reason: Reason;
  /** Whether one try is written down before the slot is entered. */
  readonly takeTry: boolean;
  /** Set when the slot that was entered last failed and another one takes its place. */
  readonly fallback: { readonly from: string; readonly why: string } | null;
  /** Whether a person should see the menu: nothing can boot, or a fallback that was not told yet. */
  readonly showMenu: boolean;
  /** The other slots that could be entered instead, best first. */
  readonly others: readonly string[];
}

/** Whether the scheme lets this slot start: confirmed, or with tries left, and not hidden by priority 0. */
export function canStart(slot: SlotState, zeroNeverBoots: boolean): boolean {
  if (zeroNeverBoots && slot.priority === 0) return false;
  if (slot.health === "trying") return slot.triesLeft !== 0;
  return slot.health === "good";
}

/** Slots best first: highest priority, ties in table order (sort is stable). */
export function byPriority(slots: readonly SlotState[]): readonly SlotState[] {
  return slots.toSorted((a, b) => (b.priority ?? 0) - (a.priority ?? 0));
}

function nothing(facts: BootFacts): Decision {
  const reason =
    facts.isUnsure === true
      ? unsureReason()
      : nothingBootableReason(facts.slots, facts.labels, facts.failures);
  return { slot: null, reason, takeTry: false, fallback: null, showMenu: true, others: [] };
}

/** The state could not be read: the slot of last time, else the first; nothing is counted on a guess. */
function onUnreadable(facts: BootFacts, unknown: readonly SlotState[]): Decision {
  const last = unknown.find((slot) => slot.id === facts.last?.slot);
  const only = unknown.find((slot) => slot.id === facts.default);
  const slot = only ?? last ?? unknown[0];
  if (slot === undefined || facts.isUnsure === true) return nothing(facts);
  return {
    slot: slot.id,
    reason:
      slot === only
        ? defaultReason(slot, [], facts.labels, facts.failures)
        : unreadableReason(slot.id, last !== undefined, facts.labels),
    takeTry: false,
    fallback: null,
    showMenu: false,
    others: unknown.filter((other) => other !== slot).map((other) => other.id),
  };
}

/**
 * The slot that was entered last and is not any more because it failed. A slot that a person chose for one
 * start only is no loss, and a slot whose state could not be read is not known to have failed.
 */
function fallbackFrom(facts: BootFacts, chosen: string): Decision["fallback"] {
  const { last } = facts;
  if (last === null || last.slot === chosen || last.reason.code === "once") return null;
  if (last.outcome === "marked-good") return null;
  const failed = facts.slots.find((slot) => slot.id === last.slot);
  if (failed === undefined || failed.health !== "bad" || failed.successful === true) return null;
  return { from: last.slot, why: failureOf(last, facts.failures) };
}

/** The slots that can start. Where a scheme keeps no priorities, its own default stands before the others. */
function bestFirst(facts: BootFacts): readonly SlotState[] {
  const able = byPriority(facts.slots.filter((slot) => canStart(slot, facts.zeroNeverBoots)));
  const preferred = able.find((slot) => slot.id === facts.default && slot.priority === null);
  return preferred === undefined ? able : [preferred, ...able.filter((slot) => slot !== preferred)];
}

function choose(facts: BootFacts, candidates: readonly SlotState[]): SlotState | undefined {
  const booted = facts.slots.find((slot) => slot.id === facts.bootedByBootloader);
  // A bootloader that is asked for one start makes it whatever the slot's counters say.
  const grantable = facts.counting === "bootloader" ? facts.slots : candidates;
  const once = grantable.find((slot) => slot.id === facts.once && slot.health !== "empty");
  return booted ?? once ?? candidates[0];
}

function reasonOf(facts: BootFacts, slot: SlotState, fallback: Decision["fallback"]): Reason {
  if (slot.id !== facts.bootedByBootloader && slot.id === facts.once)
    return onceReason(slot.id, facts.labels);
  if (fallback !== null) return fallbackReason(fallback.from, fallback.why, slot.id, facts.labels);
  const hindered = facts.slots.filter(
    (other) =>
      other.health === "bad" || (other.health === "trying" && !canStart(other, facts.zeroNeverBoots)),
  );
  if (slot.id === facts.bootedByBootloader)
    return bootloaderReason(slot.id, hindered, facts.labels, facts.failures);
  return defaultReason(slot, hindered, facts.labels, facts.failures);
}

/**
 * Decides which slot an ordinary boot enters. A slot that the bootloader entered stays: it has
 * counted and its kernel runs. Otherwise the one asked for this start only, then the highest priority
 * among the slots that are confirmed or have tries left.
 */
export function decideBoot(facts: BootFacts): Decision {
  const candidates = bestFirst(facts);
  const slot = choose(facts, candidates);
  if (slot === undefined)
    return onUnreadable(
      facts,
      facts.slots.filter((each) => each.health === "unknown"),
    );
  const fallback = fallbackFrom(facts, slot.id);
  const isOnce = slot.id === facts.once;
  return {
    slot: slot.id,
    reason: reasonOf(facts, slot, fallback),
    takeTry:
      facts.counting === "holdfast" && slot.id !== facts.bootedByBootloader && (isOnce || needsTry(slot)),
    fallback,
    showMenu: fallback !== null && fallback.from !== facts.last?.told,
    others: candidates.filter((other) => other !== slot).map((other) => other.id),
  };
}

/** Whether entering the slot uses one up: confirmed and unreadable slots, and those without tries, have none to use. */
export function needsTry(slot: SlotState): boolean {
  return (slot.health === "trying" || slot.health === "bad") && (slot.triesLeft ?? 0) > 0;
}

/** The slot that the next plain start takes, whatever runs now. */
export function decideNext(facts: BootFacts): Decision {
  return decideBoot({ ...facts, bootedByBootloader: null });
}
