import type { MiscSlot } from "../bytes/misc-slot.ts";
import type { Health, SlotState } from "../domain/slot.ts";
import type { StoreState } from "./boot-control.ts";
import type { AndroidMiscSlot } from "./misc-place.ts";
import type { MiscRule } from "./misc-rules.ts";

interface Judge {
  readonly rule: MiscRule;
  readonly slots: readonly AndroidMiscSlot[];
  /** Slot that runs now, maybe on its last try. */
  readonly booted: string | null;
}

/** What a person is told of the counters. */
export function miscState(found: readonly MiscSlot[], judge: Judge): StoreState {
  const next = judge.rule.next(found);
  const missing = judge.slots.filter(({ index }) => found[index] === undefined);
  return {
    slots: judge.slots.map(({ id, index }) => stateOf(id, found[index], judge)),
    default: judge.slots.find(({ index }) => index === next)?.id ?? null,
    once: null,
    problems: missing.map(({ id }) => `slot ${id}: the store holds ${found.length} slots only`),
  };
}

function stateOf(id: string, slot: MiscSlot | undefined, judge: Judge): SlotState {
  if (slot === undefined) {
    return { id, health: "unknown", priority: null, triesLeft: null, triesDone: null, successful: null };
  }
  const { priority, tries, successful } = slot;
  const health = healthOf(slot, judge.rule, id === judge.booted);
  return { id, health, priority, triesLeft: tries, triesDone: null, successful };
}

function healthOf(slot: MiscSlot, rule: MiscRule, booted: boolean): Health {
  if (rule.canBoot(slot)) return slot.successful ? "good" : "trying";
  const onLastTry = booted && !slot.corrupted && !slot.successful && slot.tries === 0;
  return onLastTry ? "trying" : "bad";
}
