import type { Reason } from "./plan.ts";

/** What became of a slot after it was entered, as far as it was told to Holdfast. */
export type Outcome = "entered" | "marked-good" | "marked-bad";

/** The last decision to enter a slot, kept in /state so that the next boot can tell what went wrong. */
export interface LastDecision {
  readonly slot: string;
  readonly reason: Reason;
  /** Console on which a person chose it; null when Holdfast decided by itself. */
  readonly console: string | null;
  /** Starts of this slot in a row, this one included, while it was not confirmed; 0 when it was. */
  readonly attempts: number;
  readonly outcome: Outcome;
  /** Slot whose failure was told already, so that it is told once; null when there is none. */
  readonly told: string | null;
}

/** A slot that is entered now. */
export interface SlotEntry {
  readonly slot: string;
  readonly reason: Reason;
  readonly console: string | null;
  /** Whether the slot was confirmed before, so that this start is no try. */
  readonly confirmed: boolean;
}

/** The decision to keep when a slot is entered now, after `last`. */
export function nextDecision(last: LastDecision | null, entry: SlotEntry): LastDecision {
  const { slot, reason, console, confirmed } = entry;
  const again = last !== null && last.slot === slot && last.outcome === "entered";
  const told = last === null || last.told === slot ? null : last.told;
  const attempts = again ? last.attempts + 1 : 1;
  return { slot, reason, console, attempts: confirmed ? 0 : attempts, outcome: "entered", told };
}
