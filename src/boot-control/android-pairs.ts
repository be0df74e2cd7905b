import { ANDROID_INACTIVE_TYPE, androidOf } from "../bytes/android-attributes.ts";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import type { AblIndex, AblSlots } from "./abl.ts";
import { activeSlot } from "./abl.ts";

/** The two partitions of one name, such as boot_a and boot_b; one is null when its twin stands alone. */
export interface AndroidPair {
  /** Name without suffix, such as "boot". */
  readonly name: string;
  readonly twins: readonly [GptEntry | null, GptEntry | null];
}

/** Names of the suffixes, in slot order. */
export const SUFFIXES = ["_a", "_b"] as const;

/** A pair whose partitions are both there. */
export interface WholePair extends AndroidPair {
  readonly twins: readonly [GptEntry, GptEntry];
}

/**
 * Partitions of one or several tables by name pair, in table order. Of two partitions with the same name the
 * first counts; `twiceNamed` tells of them.
 */
export function pairsOf(entries: readonly GptEntry[]): AndroidPair[] {
  const names = new Map<string, [GptEntry | null, GptEntry | null]>();
  for (const entry of entries) {
    const [, name, letter] = /^(.+)_([ab])$/.exec(entry.name) ?? [];
    if (name === undefined) continue;
    const twins = names.get(name) ?? [null, null];
    names.set(name, twins);
    twins[letter === "a" ? 0 : 1] ??= entry;
  }
  return [...names].map(([name, twins]) => ({ name, twins }));
}

/** Whether both partitions of the pair are there. */
export function isWhole(pair: AndroidPair): pair is WholePair {
  return pair.twins[0] !== null && pair.twins[1] !== null;
}

/** Names of slotted partitions that appear more than once, so that nobody can say which one counts. */
export function twiceNamed(entries: readonly GptEntry[]): string[] {
  const names = entries.map((entry) => entry.name).filter((name) => /_[ab]$/.test(name));
  return [...new Set(names.filter((name, index) => names.indexOf(name) !== index))];
}

/** Attributes of the pair that carries the slot state. */
export function slotsOf(boot: WholePair): AblSlots {
  return [androidOf(boot.twins[0]), androidOf(boot.twins[1])];
}

/**
 * Pairs whose real type GUID lies on the other side than the active slot's: what a switch leaves behind that
 * swapped only some of them. The earlier boot stages look for type GUIDs, so such a device may not start.
 */
export function astray(pairs: readonly AndroidPair[]): string[] {
  const whole = pairs.filter(isWhole);
  const boot = whole.find((pair) => pair.name === "boot");
  const active = boot === undefined ? null : activeSlot(slotsOf(boot));
  if (active === null) return [];
  return whole.filter((pair) => isInactive(pair, active) && isDistinct(pair)).map((pair) => pair.name);
}

/**
 * Whether ABL itself refuses the slot: boot_X and abl_X carry the same type GUID, which only the inactive
 * one can be (ValidateSlotGuids).
 */
export function isMismatched(pairs: readonly AndroidPair[], index: AblIndex): boolean {
  const typeOf = (name: string) => pairs.find((pair) => pair.name === name)?.twins[index]?.type ?? null;
  return typeOf("abl") !== null && typeOf("abl") === typeOf("boot");
}

function isDistinct({ twins: [a, b] }: WholePair): boolean {
  return a.type !== b.type;
}

function isInactive({ twins }: WholePair, index: AblIndex): boolean {
  return twins[index].type === ANDROID_INACTIVE_TYPE;
}
