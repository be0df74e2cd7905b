import type { Evidence } from "../evidence.ts";
import type { PlacedSlot } from "../places.ts";

export type Suffix = "_a" | "_b";

/**
 * The slot that an Android bootloader says it started: androidboot.slot_suffix= or androidboot.slot= on the
 * kernel command line, since Android 12 in the bootconfig.
 */
export function suffixByBootloader({ words, bootconfig }: Evidence): Suffix | null {
  const word = (name: string) => words.get(name) ?? bootconfig.get(name);
  const suffix = word("androidboot.slot_suffix") ?? `_${word("androidboot.slot") ?? ""}`;
  return suffix === "_a" || suffix === "_b" ? suffix : null;
}

/** The suffix that a slot's partition or id ends in; null when neither tells. */
export function suffixOf({ place, store }: PlacedSlot): Suffix | null {
  const letter = /_([ab])$/.exec(store?.label ?? "")?.[1] ?? /(?:^|[_-])([ab])$/.exec(place.id)?.[1];
  return letter === undefined ? null : (`_${letter}` as Suffix);
}

/** Id of the slot with that suffix. */
export function slotOfSuffix(slots: readonly PlacedSlot[], suffix: Suffix | null): string | null {
  if (suffix === null) return null;
  return slots.find((slot) => suffixOf(slot) === suffix)?.place.id ?? null;
}
