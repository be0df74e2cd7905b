import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";
import { readGuid } from "./guid.ts";

/** A disk as the codec sees it; `name` goes into error messages. */
export interface DiskGeometry {
  readonly name: string;
  /** Logical sector size in bytes. */
  readonly sectorSize: number;
  /** Number of whole sectors. */
  readonly sectors: number;
}

/** Which of the two copies: `primary` at LBA 1, `backup` at the last LBA. */
export type GptRole = "primary" | "backup";

/** One checked header (UEFI Specification 5.3.2). LBAs count logical sectors. */
export interface GptHeader {
  readonly role: GptRole;
  /** The whole sector as it lies on the disk. */
  readonly sector: Buffer;
  readonly headerSize: number;
  readonly lba: number;
  readonly alternateLba: number;
  readonly firstUsable: number;
  readonly lastUsable: number;
  readonly diskGuid: string;
  readonly arrayLba: number;
  readonly arraySectors: number;
  readonly count: number;
  readonly arrayCrc: number;
}

/** Size of one partition entry; other sizes exist in no table of the field, and vboot refuses them. */
export const ENTRY_SIZE = 128;

/** More entries than any tool makes; bounds what a damaged header can make us read. */
const MAX_ENTRIES = 1024;
const MIN_HEADER_SIZE = 92;
const REVISION_1_0 = 0x00010000;
/** "CHROMEOS" hides a GPT from other software (cgpt legacy): accepted, kept, never written by us. */
const SIGNATURES = ["EFI PART", "CHROMEOS"];
const OFFSET = {
  revision: 8,
  headerSize: 12,
  crc: 16,
  lba: 24,
  alternateLba: 32,
  arrayLba: 72,
  arrayCrc: 88,
} as const;

/** LBA where the header of `role` belongs. */
export function headerLba(role: GptRole, geometry: DiskGeometry): number {
  return role === "primary" ? 1 : geometry.sectors - 1;
}

/** "disk.img: primary GPT header at byte 512", the beginning of every sentence about a copy. */
export function whereOf(role: GptRole, geometry: DiskGeometry): string {
  return `${geometry.name}: ${role} GPT header at byte ${headerLba(role, geometry) * geometry.sectorSize}`;
}

/** Whether the sector claims to be a GPT header; says nothing about its CRC. */
export function hasSignature(sector: Buffer): boolean {
  return SIGNATURES.includes(sector.toString("latin1", 0, 8));
}

/** CRC-32 of the header with its own CRC field taken as zero. */
function headerCrc(sector: Buffer, headerSize: number): number {
  const copy = Buffer.from(sector.subarray(0, headerSize));
  copy.writeUInt32LE(0, OFFSET.crc);
  return crc32(copy);
}

/** The header sector with another array CRC, signed anew; every other byte stays. */
export function withArrayCrc(header: GptHeader, arrayCrc: number): Buffer {
  const sector = Buffer.from(header.sector);
  sector.writeUInt32LE(arrayCrc, OFFSET.arrayCrc);
  sector.writeUInt32LE(headerCrc(sector, header.headerSize), OFFSET.crc);
  return sector;
}

/** Where a copy of the table lies; LBAs of its own header, of the other copy's header and of its array. */
export interface GptPlaces {
  readonly lba: number;
  readonly alternateLba: number;
  readonly arrayLba: number;
}

/** The header sector for other places, signed anew; every other byte stays. */
export function withPlaces(header: GptHeader, places: GptPlaces): Buffer {
  const sector = Buffer.from(header.sector);
  sector.writeBigUInt64LE(BigInt(places.lba), OFFSET.lba);
  sector.writeBigUInt64LE(BigInt(places.alternateLba), OFFSET.alternateLba);
  sector.writeBigUInt64LE(BigInt(places.arrayLba), OFFSET.arrayLba);
  sector.writeUInt32LE(headerCrc(sector, header.headerSize), OFFSET.crc);
  return sector;
}

/** Decodes and checks one header sector; throws `badStore` with the offset, what was found and what is right. */
export function decodeHeader(sector: Buffer, role: GptRole, geometry: DiskGeometry): GptHeader {
  const where = whereOf(role, geometry);
  const fail = (what: string) => new HoldfastError("badStore", `${where}: ${what}`);
  const headerSize = checkSignature(sector, fail);
  const lba = (offset: number) => readLba(sector, offset, fail);
  const count = sector.readUInt32LE(80);
  const entrySize = sector.readUInt32LE(84);
  if (entrySize !== ENTRY_SIZE) throw fail(`entry size is ${entrySize}, ${ENTRY_SIZE} would be right`);
  if (count < 1 || count > MAX_ENTRIES) {
    throw fail(`it has ${count} entries, 1 to ${MAX_ENTRIES} would be right`);
  }
  const header: GptHeader = {
    role,
    sector,
    headerSize,
    lba: lba(OFFSET.lba),
    alternateLba: lba(OFFSET.alternateLba),
    firstUsable: lba(40),
    lastUsable: lba(48),
    diskGuid: readGuid(sector, 56),
    arrayLba: lba(OFFSET.arrayLba),
    arraySectors: Math.ceil((count * ENTRY_SIZE) / geometry.sectorSize),
    count,
    arrayCrc: sector.readUInt32LE(OFFSET.arrayCrc),
  };
  checkPlaces(header, geometry, fail);
  return header;
}

type Fail = (what: string) => HoldfastError;

/** Checks what must hold before any other field can be believed; returns the header size. */
function checkSignature(sector: Buffer, fail: Fail): number {
  if (!hasSignature(sector)) {
    throw fail(`signature is ${printable(sector.subarray(0, 8))}, "EFI PART" would be right`);
  }
  const headerSize = sector.readUInt32LE(OFFSET.headerSize);
  if (headerSize < MIN_HEADER_SIZE || headerSize > sector.length) {
    throw fail(`header size is ${headerSize}, ${MIN_HEADER_SIZE} to ${sector.length} would be right`);
  }
  const stored = sector.readUInt32LE(OFFSET.crc);
  const computed = headerCrc(sector, headerSize);
  if (stored !== computed) throw fail(`CRC is ${hex(stored)}, its bytes give ${hex(computed)}`);
  const revision = sector.readUInt32LE(OFFSET.revision);
  if (revision !== REVISION_1_0) throw fail(`revision is ${hex(revision)}, 0x00010000 would be right`);
  return headerSize;
}

/** Checks that header, array and usable range lie inside the disk and apart from each other. */
function checkPlaces(header: GptHeader, geometry: DiskGeometry, fail: Fail): void {
  const own = headerLba(header.role, geometry);
  if (header.lba !== own) throw fail(`own LBA is ${header.lba}, ${own} would be right`);
  const { firstUsable, lastUsable, arrayLba } = header;
  if (lastUsable >= geometry.sectors) {
    throw fail(
      `last usable LBA is ${lastUsable}, but the disk ends after LBA ${geometry.sectors - 1} (cut short?)`,
    );
  }
  if (firstUsable > lastUsable) throw fail(`usable LBAs ${firstUsable} to ${lastUsable} are no range`);
  const arrayEnd = arrayLba + header.arraySectors;
  const [low, high] = header.role === "primary" ? [2, firstUsable] : [lastUsable + 1, own];
  if (arrayLba < low || arrayEnd > high) {
    throw fail(
      `entry array takes LBA ${arrayLba} to ${arrayEnd - 1}, LBA ${low} to ${high - 1} are its room`,
    );
  }
}

function readLba(sector: Buffer, offset: number, fail: Fail): number {
  const value = sector.readBigUInt64LE(offset);
  if (value > BigInt(Number.MAX_SAFE_INTEGER))
    throw fail(`LBA at offset ${offset} is ${value}, past any disk`);
  return Number(value);
}

function printable(bytes: Buffer): string {
  const text = bytes.toString("latin1");
  return /^[ -~]+$/.test(text) ? JSON.stringify(text) : bytes.toString("hex");
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
