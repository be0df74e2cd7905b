import { androidOf, writeAndroid } from "../bytes/android-attributes.ts";
import { entryOffset, type GptEntry } from "../bytes/gpt-entries.ts";
import { ENTRY_SIZE } from "../bytes/gpt-header.ts";
import { writeGuid } from "../bytes/guid.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import { type AblIndex, activeSlot, nextStart, setActive } from "./abl.ts";
import {
  astray,
  isMismatched,
  isWhole,
  pairsOf,
  SUFFIXES,
  slotsOf,
  twiceNamed,
  type WholePair,
} from "./android-pairs.ts";

/** ABL takes 128 entries for granted and ignores where the backup header says its array lies. */
const ABL_ARRAY_BYTES = 128 * ENTRY_SIZE;

/**
 * Why a full switch of this one table to a slot could not be done whole, as a phrase; null when it can.
 * A switch of some parts only leaves a device whose boot stages disagree, and that does not start any more.
 */
export function obstacleTo(table: GptTable, index: AblIndex): string | null {
  const { entries } = table.truth;
  const pairs = pairsOf(entries);
  const lone = pairs.find((pair) => !isWhole(pair));
  const [twice] = twiceNamed(entries);
  const [stray] = astray(pairs);
  const boot = pairs.filter(isWhole).find((pair) => pair.name === "boot");
  if (table.unwritable !== null) return table.unwritable;
  if (lone !== undefined) return `partition ${nameOf(lone.twins)} has no twin`;
  if (twice !== undefined) return `two partitions are called ${twice}`;
  if (boot === undefined) return "there are no partitions boot_a and boot_b";
  if (activeSlot(slotsOf(boot)) === null) return "no slot is marked active";
  if (entries.some((entry) => entry.name === "misc_boot")) {
    return "the bootloader keeps a mark of its own in partition misc_boot";
  }
  if (stray !== undefined) return `partition pair ${stray} has its type GUIDs the other way round already`;
  if (!hasAblLayout(table)) return "the backup table does not lie where the bootloader looks for it";
  return activeSlot(slotsOf(boot)) !== index && wouldMismatch(pairs.filter(isWhole), index)
    ? `boot${SUFFIXES[index]} and abl${SUFFIXES[index]} would have the same type GUID`
    : null;
}

/**
 * Edits the entry array as ABL does when a slot is set active: attributes of boot_a and boot_b, ACTIVE on
 * everything of the slot and on nothing of the other, and the type GUIDs of every pair swapped when the slot
 * really changes. `retry` are the tries that it gets. Asks nothing: `obstacleTo` comes first.
 */
export function switchTo(array: Buffer, entries: readonly GptEntry[], index: AblIndex, retry: number): void {
  const pairs = pairsOf(entries).filter(isWhole);
  const boot = pairs.find((pair) => pair.name === "boot") as WholePair;
  const before = slotsOf(boot);
  const isChange = activeSlot(before) !== index;
  for (const pair of pairs) {
    if (isChange) swapTypes(array, pair);
    pair.twins.forEach((entry, side) => {
      writeAndroid(array, entry.number, { ...androidOf(entry), active: side === index });
    });
  }
  const canStart = !before[index].unbootable && (before[index].successful || before[index].retry > 0);
  const after = setActive(before, index, retry);
  const successful = canStart && before[index].successful;
  boot.twins.forEach((entry, side) => {
    const slot = after[side as AblIndex];
    writeAndroid(array, entry.number, side === index ? { ...slot, successful } : slot);
  });
}

/**
 * Edits the entry array so that ABL itself makes the switch at the next start, boot LUN and all: the active
 * slot becomes unbootable, the other one successful. There is no trial, and the slot that is left stays
 * unbootable until it is marked good. Answers false, with nothing edited, when ABL would not follow.
 */
export function askBootloader(array: Buffer, boot: WholePair, index: AblIndex, retry: number): boolean {
  const before = slotsOf(boot);
  const active = activeSlot(before);
  const wanted = { ...before[index], successful: true, unbootable: false };
  const slots = [0, 1].map((side) => {
    if (side === index) return active === index ? refilled(before[index], retry) : wanted;
    return active === index ? before[side as AblIndex] : { ...before[side as AblIndex], unbootable: true };
  });
  const [a, b] = slots;
  if (a === undefined || b === undefined) return false;
  const outcome = nextStart([a, b]);
  if (outcome.kind === "fastboot" || outcome.index !== index) return false;
  writeAndroid(array, boot.twins[0].number, a);
  writeAndroid(array, boot.twins[1].number, b);
  return true;
}

/** The active slot chosen again: it only needs to be able to start. */
function refilled(slot: ReturnType<typeof androidOf>, retry: number): ReturnType<typeof androidOf> {
  const canStart = !slot.unbootable && (slot.successful || slot.retry > 0);
  return canStart ? slot : { ...slot, unbootable: false, successful: false, retry };
}

function swapTypes(array: Buffer, { twins: [a, b] }: WholePair): void {
  writeGuid(b.type, array, entryOffset(a.number));
  writeGuid(a.type, array, entryOffset(b.number));
}

function wouldMismatch(pairs: readonly WholePair[], index: AblIndex): boolean {
  const swapped = pairs.map(({ name, twins: [a, b] }): WholePair => ({ name, twins: [b, a] }));
  return isMismatched(swapped, index);
}

function hasAblLayout({ geometry, backup }: GptTable): boolean {
  const sectors = ABL_ARRAY_BYTES / geometry.sectorSize;
  return backup?.header.count === 128 && backup.header.arrayLba === geometry.sectors - 1 - sectors;
}

function nameOf(twins: readonly (GptEntry | null)[]): string {
  return twins.find((entry) => entry !== null)?.name ?? "";
}
