import type { GptEntry } from "./gpt-entries.ts";
import { ENTRY_SIZE } from "./gpt-header.ts";

/** Type GUID that the inactive twin of a pair carries (linux-msm/qbootctl: gpt-utils.h). */
export const ANDROID_INACTIVE_TYPE = "77036cd4-03d5-42bb-8ed1-37e5a88baa34";

/**
 * Slot state in the attributes of a Qualcomm partition: attribute bits 48 to 55, the byte at entry offset 54
 * (edk2 QcomModulePkg: PartitionTableUpdate.h). It counts on boot_a and boot_b; the other partitions of a
 * slot carry `active` only.
 */
export interface AndroidAttributes {
  /** 0 to 3. */
  readonly priority: number;
  readonly active: boolean;
  /** Tries left, 0 to 7. */
  readonly retry: number;
  readonly successful: boolean;
  readonly unbootable: boolean;
}

export const MAX_RETRY = 7;
export const TOP_PRIORITY = 3;
const ATTRIBUTES_OFFSET = 54;
const ACTIVE = 0x04;
const SUCCESSFUL = 0x40;
const UNBOOTABLE = 0x80;

/** Decodes the byte of attribute bits 48 to 55. */
export function decodeAndroid(byte: number): AndroidAttributes {
  return {
    priority: byte & TOP_PRIORITY,
    active: (byte & ACTIVE) !== 0,
    retry: (byte >> 3) & MAX_RETRY,
    successful: (byte & SUCCESSFUL) !== 0,
    unbootable: (byte & UNBOOTABLE) !== 0,
  };
}

/** The byte of attribute bits 48 to 55; throws RangeError for numbers that do not fit. */
export function encodeAndroid(attributes: AndroidAttributes): number {
  const { priority, active, retry, successful, unbootable } = attributes;
  if (!inRange(priority, TOP_PRIORITY) || !inRange(retry, MAX_RETRY)) {
    throw new RangeError(`priority ${priority} must be 0 to 3 and retry ${retry} 0 to 7`);
  }
  const flags = (active ? ACTIVE : 0) | (successful ? SUCCESSFUL : 0) | (unbootable ? UNBOOTABLE : 0);
  return priority | flags | (retry << 3);
}

/** Slot state of a decoded entry. */
export function androidOf(entry: GptEntry): AndroidAttributes {
  return decodeAndroid(Number((entry.attributes >> 48n) & 0xffn));
}

/** Writes the slot state of entry `number` into an entry array; the other attribute bits stay. */
export function writeAndroid(array: Buffer, number: number, attributes: AndroidAttributes): void {
  array[(number - 1) * ENTRY_SIZE + ATTRIBUTES_OFFSET] = encodeAndroid(attributes);
}

function inRange(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= max;
}
