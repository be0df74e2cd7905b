import type { Reason } from "./plan.ts";

/** What became of a slot after it was entered, as far as it was told to Holdfast. */
export type Outcome = "entered" | "marked-good" | "marked-bad";

/** The last decision to enter a slot, kept in /state so that the next boot can tell what went wrong. */
export interface LastDecision {
  readonly slot: string;
  readonly reason: Reason;
  /** Console on which a person chose it; null when Holdfast decided by itself. */
  readonly console: string | null;
  /** Starts of this slot in a row, this one included, without it being confirmed. */
  readonly attempts: number;
  readonly outcome: Outcome;
  /** Slot whose failure was told already, so that it is told once; null when there is none. */
  readonly told: string | null;
}

/** The decision to keep when `slot` is entered now, after `last`. */
export function nextDecision(
  last: LastDecision | null,
  slot: string,
  reason: Reason,
  console: string | null,
): LastDecision {
  const again = last !== null && last.slot === slot && last.outcome === "entered";
  return {
    slot,
    reason,
    console,
    attempts: again ? last.attempts + 1 : 1,
    outcome: "entered",
    told: last === null || last.told === slot ? null : last.told,
  };
}
