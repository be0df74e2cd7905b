import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";
import { decodeEntries, type GptEntry } from "./gpt-entries.ts";
import {
  type DiskGeometry,
  decodeHeader,
  ENTRY_SIZE,
  type GptHeader,
  whereOf,
  withArrayCrc,
} from "./gpt-header.ts";

/** One copy of the partition table that passed every check. */
export interface GptCopy {
  readonly header: GptHeader;
  /** Whole sectors of the entry array; what lies behind the last entry is kept as it is. */
  readonly array: Buffer;
  readonly entries: readonly GptEntry[];
}

/**
 * Checks an array against its header and decodes it; `array` are the whole sectors at `header.arrayLba`. `other` is
 * the disk's other copy: the bytes that it has too are not summed once more, which takes a tenth of a start of gate.
 */
export function decodeCopy(
  header: GptHeader,
  array: Buffer,
  geometry: DiskGeometry,
  other: GptCopy | null = null,
): GptCopy {
  const where = whereOf(header.role, geometry);
  const isKnown = other?.header.count === header.count && other.array.equals(array);
  const computed = isKnown ? other.header.arrayCrc : arrayCrc(header, array);
  if (computed !== header.arrayCrc) {
    const at = header.arrayLba * geometry.sectorSize;
    const found = `entry array at byte ${at} gives CRC ${computed.toString(16)}`;
    throw new HoldfastError(
      "badStore",
      `${where}: ${found}, the header says ${header.arrayCrc.toString(16)}`,
    );
  }
  return { header, array, entries: decodeEntries(array, header, where) };
}

/** The copy with the entries of `array`; only the CRCs of its header change. Throws when the array is not valid. */
export function withArray(copy: GptCopy, array: Buffer, geometry: DiskGeometry): GptCopy {
  const used = copy.header.count * ENTRY_SIZE;
  const merged = Buffer.concat([array.subarray(0, used), copy.array.subarray(used)]);
  const sector = withArrayCrc(copy.header, arrayCrc(copy.header, merged));
  return decodeCopy(decodeHeader(sector, copy.header.role, geometry), merged, geometry);
}

/** What sets two valid copies apart, as a phrase; null when they describe the same table. */
export function difference(a: GptCopy, b: GptCopy): GptDifference | null {
  for (const field of ["count", "firstUsable", "lastUsable", "diskGuid"] as const) {
    if (a.header[field] !== b.header[field]) return { kind: "header", what: field };
  }
  const same = a.header.arrayCrc === b.header.arrayCrc;
  return same ? null : { kind: "entries", what: "entries" };
}
export interface GptDifference {
  readonly kind: "header" | "entries";
  readonly what: string;
}

function arrayCrc(header: GptHeader, array: Buffer): number {
  return crc32(array.subarray(0, header.count * ENTRY_SIZE));
}
