import type { Change, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";

/** A verb of the script's protocol with its words. */
export type Call = readonly [verb: string, ...words: string[]];

/** What the calls of a change depend on besides the state. */
export interface CallContext {
  /** What the script calls the changed slot. */
  readonly bootname: string;
  /** Whether "good" means confirmed, so that a second mark would change nothing. */
  readonly confirms: boolean;
  readonly setsTries: boolean;
  readonly freshTries: number;
}

/** The calls that carry a change out, in order; none when nothing would change. Pure. */
export function callsFor(change: Change, before: StoreState, context: CallContext): readonly Call[] {
  const { bootname } = context;
  const slot = before.slots.find(({ id }) => id === change.slot);
  switch (change.kind) {
    case "select":
      return selectCalls(change, before, context);
    case "mark-good":
      // A RAUC backend may have tries to refill even where it says good.
      return context.confirms && slot?.health === "good" ? [] : [["set-state", bootname, "good"]];
    case "mark-bad":
      return [["set-state", bootname, "bad"]];
    case "set-tries":
      return [["set-tries", bootname, `${change.tries}`]];
    case "take-try":
      return takeTryCalls(slot, before, context);
  }
}

/** A slot that could not start gets fresh tries first, or the choice would change nothing. */
function selectCalls(
  { once, slot: id }: Extract<Change, { kind: "select" }>,
  before: StoreState,
  { bootname, setsTries, freshTries }: CallContext,
): readonly Call[] {
  const isSpent = before.slots.find((slot) => slot.id === id)?.health === "bad";
  const tries = once ? 1 : freshTries;
  const refill: readonly Call[] = isSpent && setsTries ? [["set-tries", bootname, `${tries}`]] : [];
  if (once) return before.once === id ? refill : [...refill, ["set-once", bootname]];
  const forget: readonly Call[] = before.once === null ? [] : [["clear-once"]];
  const choose: readonly Call[] = before.default === id ? [] : [["set-primary", bootname]];
  return [...refill, ...forget, ...choose];
}

function takeTryCalls(
  slot: SlotState | undefined,
  before: StoreState,
  { bootname }: CallContext,
): readonly Call[] {
  const left = slot?.triesLeft ?? 0;
  const forget: readonly Call[] = before.once === slot?.id ? [["clear-once"]] : [];
  const counts = slot?.health === "trying" && left > 0;
  return counts ? [...forget, ["set-tries", bootname, `${left - 1}`]] : forget;
}

/** What was asked for and is not there; null when everything is. */
export function missingAfter(change: Change, after: StoreState, before: StoreState): string | null {
  const slot = after.slots.find(({ id }) => id === change.slot);
  const was = before.slots.find(({ id }) => id === change.slot);
  switch (change.kind) {
    case "select": {
      const chosen = change.once ? after.once : after.default;
      const what = change.once ? "the slot of the next start" : "the default";
      return chosen === change.slot ? null : `${what} is ${chosen ?? "none"} and not ${change.slot}`;
    }
    case "mark-good":
      return slot?.health === "good" ? null : `slot ${change.slot} is ${slot?.health} and not good`;
    case "mark-bad":
      return slot?.health === "bad" ? null : `slot ${change.slot} is ${slot?.health} and not bad`;
    case "set-tries":
      return slot?.triesLeft === change.tries && slot.health === "trying"
        ? null
        : `slot ${change.slot} is ${slot?.health} with ${slot?.triesLeft} tries, not trying with ${change.tries}`;
    case "take-try": {
      const left = was?.health === "trying" ? Math.max((was.triesLeft ?? 0) - 1, 0) : was?.triesLeft;
      if (slot?.triesLeft === left && after.once !== change.slot) return null;
      return `the try of slot ${change.slot} was not written down`;
    }
  }
}
