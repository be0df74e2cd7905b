import { androidSlot } from "../../domain/android-slot.ts";
import type { Evidence } from "../evidence.ts";
import type { PlacedSlot } from "../places.ts";

export type Suffix = "_a" | "_b";

/**
 * The slot that an Android bootloader says it started: androidboot.slot_suffix= or androidboot.slot= on the
 * kernel command line, since Android 12 in the bootconfig. Null where its words contradict each other.
 */
export function suffixByBootloader({ words, bootconfig }: Evidence): Suffix | null {
  const word = androidSlot(words, bootconfig);
  if (word === null || !word.certain) return null;
  return word.suffix === "_a" || word.suffix === "_b" ? word.suffix : null;
}

/** The letter that a slot's partition or id ends in, of the four that misc has room for; null when neither tells. */
export function letterOf({ place, store }: PlacedSlot): string | null {
  const inLabel = /_([a-d])$/.exec(store?.label ?? "")?.[1];
  return inLabel ?? /(?:^|[_-])([a-d])$/.exec(place.id)?.[1] ?? null;
}

/** The suffix of a slot where there are two; null when nothing tells. */
export function suffixOf(slot: PlacedSlot): Suffix | null {
  const letter = letterOf(slot);
  return letter === "a" || letter === "b" ? `_${letter}` : null;
}

/** Id of the slot with that suffix. */
export function slotOfSuffix(slots: readonly PlacedSlot[], suffix: Suffix | null): string | null {
  if (suffix === null) return null;
  return slots.find((slot) => suffixOf(slot) === suffix)?.place.id ?? null;
}
