import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";
import { checkMiscSlot, type MiscSlot } from "./misc-slot.ts";

/** Android's bootloader_control (AOSP hardware/interfaces: boot_control_definition.h; U-Boot: android_ab.c). */
export interface BootloaderControl {
  /** Last choice of the bootloader such as "_a"; null when the field holds something else. A hint only. */
  readonly suffix: string | null;
  /** Merge state of a virtual A/B update, 0 to 7 (AOSP boot/1.1/types.hal). */
  readonly mergeStatus: number;
  /** As many as the device has, 1 to 4. */
  readonly slots: readonly MiscSlot[];
}

const OFFSET = { magic: 4, version: 8, counts: 9, slots: 12, crc: 28 } as const;
const MAGIC = 0x42414342;
const MAX_VERSION = 1;
const MAX_SLOTS = 4;

/** Decodes 32 bytes; throws `badStore` with what was found; `where` begins the sentence. */
export function decodeBootloaderControl(bytes: Buffer, where: string): BootloaderControl {
  const fail = (what: string) => new HoldfastError("badStore", `${where}: ${what}`);
  if (bytes.length < OFFSET.crc + 4) throw fail(`it has ${bytes.length} bytes, 32 would be right`);
  const [stored, computed] = [bytes.readUInt32LE(OFFSET.crc), crc32(bytes.subarray(0, OFFSET.crc))];
  if (stored !== computed) throw fail(`CRC is ${hex(stored)}, its bytes give ${hex(computed)}`);
  const magic = bytes.readUInt32LE(OFFSET.magic);
  if (magic !== MAGIC) throw fail(`magic is ${hex(magic)}, ${hex(MAGIC)} would be right`);
  const version = bytes.readUInt8(OFFSET.version);
  if (version > MAX_VERSION) throw fail(`version is ${version}, at most ${MAX_VERSION} is known`);
  const count = bytes.readUInt8(OFFSET.counts) & 0x7;
  if (count < 1 || count > MAX_SLOTS) throw fail(`it has ${count} slots, 1 to ${MAX_SLOTS} would be right`);
  const [suffix = null] = /^_[a-d](?=\0*$)/.exec(bytes.toString("latin1", 0, 4)) ?? [];
  const mergeStatus = (bytes.readUInt16LE(OFFSET.counts) >> 6) & 0x7;
  return { suffix, mergeStatus, slots: Array.from({ length: count }, (_, index) => slotAt(bytes, index)) };
}

/** Whether the CRC holds. */
export function isIntactControl(bytes: Buffer): boolean {
  return bytes.readUInt32LE(OFFSET.crc) === crc32(bytes.subarray(0, OFFSET.crc));
}

/** The bytes with other counters and their CRC; everything else stays. */
export function withBootloaderSlots(bytes: Buffer, slots: readonly MiscSlot[]): Buffer {
  const after = Buffer.from(bytes);
  slots.forEach((slot, index) => {
    checkMiscSlot(slot);
    const at = OFFSET.slots + index * 2;
    after[at] = slot.priority | (slot.tries << 4) | (slot.successful ? 0x80 : 0);
    after[at + 1] = (after.readUInt8(at + 1) & 0xfe) | (slot.corrupted ? 1 : 0);
  });
  after.writeUInt32LE(crc32(after.subarray(0, OFFSET.crc)), OFFSET.crc);
  return after;
}

function slotAt(bytes: Buffer, index: number): MiscSlot {
  const at = OFFSET.slots + index * 2;
  const byte = bytes.readUInt8(at);
  return {
    priority: byte & 0xf,
    tries: (byte >> 4) & 0x7,
    successful: (byte & 0x80) !== 0,
    corrupted: (bytes.readUInt8(at + 1) & 1) !== 0,
  };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
