import { HoldfastError } from "../domain/errors.ts";
import { ENTRY_SIZE, type GptHeader } from "./gpt-header.ts";
import { GUID_SIZE, readGuid } from "./guid.ts";

/** One used partition entry (UEFI Specification 5.3.3). */
export interface GptEntry {
  /** 1 for the first entry of the array, as the kernel and every tool count. */
  readonly number: number;
  readonly type: string;
  readonly guid: string;
  readonly firstLba: number;
  readonly lastLba: number;
  /** All 64 attribute bits; 48 to 63 belong to the owner of the type GUID. */
  readonly attributes: bigint;
  readonly name: string;
}

/** Byte offset of entry `number` in the array. */
export function entryOffset(number: number): number {
  return (number - 1) * ENTRY_SIZE;
}

/**
 * Decodes the used entries of an array and checks that each lies inside the usable LBAs, that none overlap
 * and that no unique GUID appears twice, as vboot does; `where` begins the error's sentence.
 */
export function decodeEntries(array: Buffer, header: GptHeader, where: string): GptEntry[] {
  const entries: GptEntry[] = [];
  for (let number = 1; number <= header.count; number++) {
    if (isUnused(array, entryOffset(number))) continue;
    entries.push(decodeEntry(array, number, header, where));
  }
  checkOverlaps(entries, where);
  checkTwins(entries, where);
  return entries;
}

/** Whether the entry at `offset` has the type of unused ones, all zeros, as most of the 128 have. */
function isUnused(array: Buffer, offset: number): boolean {
  for (let at = offset; at < offset + GUID_SIZE; at++) if (array[at] !== 0) return false;
  return true;
}

function decodeEntry(array: Buffer, number: number, header: GptHeader, where: string): GptEntry {
  const at = entryOffset(number);
  const first = array.readBigUInt64LE(at + 32);
  const last = array.readBigUInt64LE(at + 40);
  if (first > last || first < BigInt(header.firstUsable) || last > BigInt(header.lastUsable)) {
    const usable = `LBA ${header.firstUsable} to ${header.lastUsable} are usable`;
    throw bad(where, `partition ${number} takes LBA ${first} to ${last}, ${usable}`);
  }
  return {
    number,
    type: readGuid(array, at),
    guid: readGuid(array, at + 16),
    firstLba: Number(first),
    lastLba: Number(last),
    attributes: array.readBigUInt64LE(at + 48),
    name: array.toString("utf16le", at + 56, at + ENTRY_SIZE).replace(/\0.*$/s, ""),
  };
}

function checkOverlaps(entries: readonly GptEntry[], where: string): void {
  const sorted = entries.toSorted((a, b) => a.firstLba - b.firstLba);
  sorted.forEach((entry, index) => {
    const before = sorted[index - 1];
    if (before !== undefined && before.lastLba >= entry.firstLba) {
      const from = `LBA ${entry.firstLba} to ${Math.min(before.lastLba, entry.lastLba)}`;
      throw bad(where, `partitions ${before.number} and ${entry.number} overlap in ${from}`);
    }
  });
}

function checkTwins(entries: readonly GptEntry[], where: string): void {
  const owners = new Map<string, number>();
  for (const { guid, number } of entries) {
    const owner = owners.get(guid);
    if (owner !== undefined) throw bad(where, `partitions ${owner} and ${number} share the GUID ${guid}`);
    owners.set(guid, number);
  }
}

function bad(where: string, what: string): HoldfastError {
  return new HoldfastError("badStore", `${where}: ${what}`);
}
