import { putLast } from "../bytes/chromeos-attributes.ts";
import { MISC_MAX_PRIORITY, type MiscSlot } from "../bytes/misc-slot.ts";
import type { Change } from "../domain/slot.ts";

/** How the firmware behind one of the misc formats chooses and counts. */
export interface MiscRule {
  /** Whether the firmware would consider the slot at all. */
  canBoot(slot: MiscSlot): boolean;
  /** Index of the slot that it starts next; null when there is none. */
  next(slots: readonly MiscSlot[]): number | null;
  /** What a slot reads once it was marked good. */
  good(slot: MiscSlot): MiscSlot;
  /** What a slot reads once it was marked bad. */
  bad(slot: MiscSlot): MiscSlot;
}

/**
 * U-Boot's `bcb ab_select` (boot/android_ab.c): by priority, then successful, then tries, then table order.
 * It takes slots of priority 0 too. Marks are those of AOSP's boot control HAL.
 */
export const UBOOT_RULE: MiscRule = {
  canBoot: (slot) => !slot.corrupted && (slot.tries > 0 || slot.successful),
  next: (slots) =>
    best(slots, UBOOT_RULE, (a, b) => {
      return b.priority - a.priority || Number(b.successful) - Number(a.successful) || b.tries - a.tries;
    }),
  good: (slot) => ({ ...slot, successful: true, tries: 1 }),
  bad: (slot) => ({ ...slot, successful: false, tries: 0 }),
};

/**
 * libavb_ab (avb_ab_flow.c): by priority, then table order. Priority 0 never boots, and neither does a slot
 * that is successful and has tries: that is an illegal state, which the firmware clears.
 */
export const AVB_RULE: MiscRule = {
  canBoot: (slot) => slot.priority > 0 && slot.successful === (slot.tries === 0),
  next: (slots) => best(slots, AVB_RULE, (a, b) => b.priority - a.priority),
  good: (slot) => ({ ...slot, successful: true, tries: 0 }),
  bad: (slot) => ({ ...slot, priority: 0, successful: false, tries: 0 }),
};

/** The slots as the firmware leaves them when it starts one of them; null when it can start none. */
export function started(slots: readonly MiscSlot[], rule: MiscRule): readonly MiscSlot[] | null {
  const index = rule.next(slots);
  const slot = index === null ? undefined : slots[index];
  if (index === null || slot === undefined) return null;
  return slot.successful ? slots : slots.with(index, { ...slot, tries: slot.tries - 1 });
}

/** What can be asked of these stores; tries are the firmware's to take. */
export type MiscChange = Exclude<Change, { kind: "take-try" }>;

/** What a change depends on besides the counters. */
export interface MiscContext {
  readonly rule: MiscRule;
  readonly freshTries: number;
  /** Whether the changed slot is the one that runs now. */
  readonly isBooted: boolean;
}

/**
 * Counters of all slots after a change to the one at `index`. Pure; equals its input where nothing changes.
 * A slot that could not boot and now can comes last, so that a mark alone does not change what boots next;
 * the one that runs keeps its place.
 */
export function miscChanged(
  slots: readonly MiscSlot[],
  index: number,
  change: MiscChange,
  context: MiscContext,
): readonly MiscSlot[] {
  const slot = slots[index];
  if (slot === undefined) throw new RangeError(`there is no slot ${index}`);
  switch (change.kind) {
    case "mark-bad":
      return slots.with(index, context.rule.bad(slot));
    case "mark-good":
      return placed(slots, index, context.rule.good(slot), context);
    case "set-tries":
      return placed(slots, index, { ...slot, successful: false, tries: change.tries }, context);
    case "select":
      return selected(slots, index, context);
  }
}

/**
 * AOSP's set active: the slot gets the highest priority and no other keeps that. One that can boot keeps its
 * counters; one that cannot gets fresh tries, and the mark of dm-verity goes unless this very start set it.
 */
function selected(slots: readonly MiscSlot[], index: number, context: MiscContext): readonly MiscSlot[] {
  const { rule, freshTries, isBooted } = context;
  return slots.map((slot, i) => {
    if (i !== index) return { ...slot, priority: Math.min(slot.priority, MISC_MAX_PRIORITY - 1) };
    const top = { ...slot, priority: MISC_MAX_PRIORITY, corrupted: slot.corrupted && isBooted };
    return rule.canBoot(top) ? top : { ...top, successful: false, tries: freshTries };
  });
}

function placed(
  slots: readonly MiscSlot[],
  index: number,
  slot: MiscSlot,
  { rule, isBooted }: MiscContext,
): readonly MiscSlot[] {
  const before = slots[index];
  const after = slots.with(index, slot);
  if (before === undefined || rule.canBoot(before)) return after;
  if (!isBooted) return ordered(after, putLast(priorities(after), index));
  return slot.priority > 0
    ? after
    : ordered(
        after,
        priorities(after).map((each, i) => onTop(each, i === index)),
      );
}

function onTop(priority: number, isChosen: boolean): number {
  return isChosen ? MISC_MAX_PRIORITY : Math.min(priority, MISC_MAX_PRIORITY - 1);
}

function priorities(slots: readonly MiscSlot[]): number[] {
  return slots.map((slot) => slot.priority);
}

function ordered(slots: readonly MiscSlot[], order: readonly number[]): readonly MiscSlot[] {
  return slots.map((slot, i) => ({ ...slot, priority: order[i] ?? slot.priority }));
}

function best(
  slots: readonly MiscSlot[],
  rule: MiscRule,
  compare: (a: MiscSlot, b: MiscSlot) => number,
): number | null {
  const able = slots.map((slot, index) => ({ slot, index })).filter(({ slot }) => rule.canBoot(slot));
  return able.toSorted((a, b) => compare(a.slot, b.slot))[0]?.index ?? null;
}
