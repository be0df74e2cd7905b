import { type AndroidAttributes, MAX_RETRY, TOP_PRIORITY } from "../bytes/android-attributes.ts";

/** State of boot_a and boot_b. */
export type AblSlots = readonly [AndroidAttributes, AndroidAttributes];
/** 0 for slot _a, 1 for slot _b. */
export type AblIndex = 0 | 1;

/**
 * What Qualcomm's bootloader ABL does at the next start, with the attributes that it leaves: it boots the
 * active slot; or finds it unbootable, switches everything to the other one and resets; or stops in fastboot.
 */
export type AblOutcome =
  | { readonly kind: "boot" | "switch"; readonly index: AblIndex; readonly slots: AblSlots }
  | { readonly kind: "fastboot"; readonly slots: AblSlots };

const LOWER_PRIORITY = TOP_PRIORITY - 1;

/** The slot that ABL takes for the active one: ACTIVE with the highest priority above 0; null when none is. */
export function activeSlot(slots: AblSlots): AblIndex | null {
  const rank = (slot: AndroidAttributes) => (slot.active ? slot.priority : 0);
  if (rank(slots[0]) === 0 && rank(slots[1]) === 0) return isUntouched(slots[0]) ? 0 : null;
  return rank(slots[1]) > rank(slots[0]) ? 1 : 0;
}

/**
 * ABL's rule (edk2 QcomModulePkg: PartitionTableUpdate.c). A fallback goes only to a slot that was marked
 * successful: a fresh one that was never marked is no target.
 */
export function nextStart(slots: AblSlots): AblOutcome {
  const index = activeSlot(slots);
  if (index === null) return { kind: "fastboot", slots };
  const ready = initialized(slots);
  const slot = ready[index];
  if (!slot.unbootable && slot.successful) return { kind: "boot", index, slots: ready };
  if (!slot.unbootable && slot.retry > 0) {
    return { kind: "boot", index, slots: put(ready, index, { retry: slot.retry - 1 }) };
  }
  const failed = put(ready, index, { unbootable: true });
  const other = otherThan(index);
  if (failed[other].unbootable || !failed[other].successful) return { kind: "fastboot", slots: failed };
  return { kind: "switch", index: other, slots: setActive(failed, other, MAX_RETRY) };
}

/** Attributes after ABL's SetActiveSlot; `successful` stays on both. */
export function setActive(slots: AblSlots, index: AblIndex, retry: number): AblSlots {
  const chosen = { priority: TOP_PRIORITY, active: true, retry, unbootable: false };
  const left = put(slots, otherThan(index), { priority: LOWER_PRIORITY, active: false });
  return put(left, index, chosen);
}

/** The two slots with other values for one of them. */
function put(slots: AblSlots, index: AblIndex, values: Partial<AndroidAttributes>): AblSlots {
  const [a, b] = slots;
  return index === 0 ? [{ ...a, ...values }, b] : [a, { ...b, ...values }];
}

function otherThan(index: AblIndex): AblIndex {
  return index === 0 ? 1 : 0;
}

/** Slots that nobody ever wrote to: ABL starts with _a. */
export function initialized(slots: AblSlots): AblSlots {
  if (slots.some((slot) => slot.active && slot.priority > 0) || !isUntouched(slots[0])) return slots;
  return put(slots, 0, { priority: TOP_PRIORITY, active: true, retry: MAX_RETRY });
}

function isUntouched({ active, successful, unbootable, priority }: AndroidAttributes): boolean {
  return !active && !successful && !unbootable && priority === 0;
}
