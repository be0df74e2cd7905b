import { ENTRY_SIZE } from "./gpt-header.ts";

/** Type GUID of partitions that vboot boots (coreboot/vboot: firmware/include/gpt.h). */
export const CHROMEOS_KERNEL_TYPE = "fe3a2a5d-4f32-41a7-b725-accc3285a309";
/** Type GUID of the root file system that follows a kernel. */
export const CHROMEOS_ROOTFS_TYPE = "3cb8e202-3b7e-47dd-8a3c-7ff2a13cfcec";

/**
 * Type GUID of Flatcar's /usr partitions, which carry the same counters; GRUB's gptprio.next chooses by them
 * (flatcar/init, flatcar/bootengine).
 */
export const FLATCAR_USR_TYPE = "5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6";

/** Whether partitions of a type in lower case carry counters by which something chooses what boots. */
export function hasCounters(type: string): boolean {
  return type === CHROMEOS_KERNEL_TYPE || type === FLATCAR_USR_TYPE;
}

/** Counters of one kernel partition: u16 at entry offset 54, attribute bits 48 to 63. */
export interface ChromeosAttributes {
  /** 0 to 15; 0 never boots. */
  readonly priority: number;
  /** 0 to 15. */
  readonly tries: number;
  readonly successful: boolean;
}

const MAX_PRIORITY = 15;
export const MAX_TRIES = 15;
const ATTRIBUTES_OFFSET = 54;
const SUCCESSFUL = 0x0100;
const KNOWN_BITS = 0x01ff;

/** Reads the counters of entry `number` (from 1) out of an entry array. */
export function readAttributes(array: Buffer, number: number): ChromeosAttributes {
  const word = array.readUInt16LE(offsetOf(number));
  return { priority: word & 0xf, tries: (word >> 4) & 0xf, successful: (word & SUCCESSFUL) !== 0 };
}

/** Writes the counters of entry `number`; the bits that are not counters (57 to 63) stay. */
export function writeAttributes(array: Buffer, number: number, attributes: ChromeosAttributes): void {
  const { priority, tries, successful } = attributes;
  if (!inRange(priority, MAX_PRIORITY) || !inRange(tries, MAX_TRIES)) {
    throw new RangeError(`priority ${priority} and tries ${tries} must be 0 to 15`);
  }
  const kept = array.readUInt16LE(offsetOf(number)) & ~KNOWN_BITS;
  const word = kept | priority | (tries << 4) | (successful ? SUCCESSFUL : 0);
  array.writeUInt16LE(word, offsetOf(number));
}

/** Whether vboot would consider the slot at all. */
export function canBoot(attributes: ChromeosAttributes): boolean {
  return attributes.priority > 0 && (attributes.successful || attributes.tries > 0);
}

/**
 * Index of the slot that vboot starts next (firmware/lib/cgptlib/cgptlib.c): the highest priority of those
 * that can boot, ties in table order; null when none can.
 */
export function nextBoot(slots: readonly ChromeosAttributes[]): number | null {
  let best: number | null = null;
  slots.forEach((slot, index) => {
    if (canBoot(slot) && (best === null || slot.priority > (slots[best]?.priority ?? 0))) best = index;
  });
  return best;
}

/**
 * What vboot writes before it starts a slot: nothing on a successful one, one try less otherwise; the last
 * try takes the priority with it, so that a slot that fails it is out of the way.
 */
export function takeTry(attributes: ChromeosAttributes): ChromeosAttributes {
  if (attributes.successful) return attributes;
  if (attributes.tries > 1) return { ...attributes, tries: attributes.tries - 1 };
  return { ...attributes, tries: 0, priority: 0 };
}

/**
 * Priorities after `cgpt prioritize -i`: the slot at `index` gets the highest, the others keep their order,
 * equals stay equal, nothing is lowered to 0 and what has 0 keeps it.
 */
export function prioritize(priorities: readonly number[], index: number): number[] {
  const top = MAX_PRIORITY + 1;
  return rank(priorities.map((priority, i) => (i === index ? top : priority)));
}

/** Priorities that put the slot at `index` behind all others that have one, with a priority of at least 1. */
export function putLast(priorities: readonly number[], index: number): number[] {
  const others = priorities.filter((priority, i) => i !== index && priority > 0);
  if (others.every((priority) => priority > 1)) return priorities.map((p, i) => (i === index ? 1 : p));
  return rank(priorities.map((priority, i) => (i === index ? 0.5 : priority)));
}

/** Renumbers from the number of distinct priorities (15 at most) down to 1; the lowest share 1. */
function rank(priorities: readonly number[]): number[] {
  const groups = [...new Set(priorities.filter((priority) => priority > 0))].sort((a, b) => b - a);
  const highest = Math.min(groups.length, MAX_PRIORITY);
  return priorities.map((priority) =>
    priority > 0 ? Math.max(highest - groups.indexOf(priority), 1) : priority,
  );
}

function inRange(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}

function offsetOf(number: number): number {
  return (number - 1) * ENTRY_SIZE + ATTRIBUTES_OFFSET;
}
