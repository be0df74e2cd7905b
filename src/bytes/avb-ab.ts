import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";
import { checkMiscSlot, MISC_MAX_PRIORITY, MISC_MAX_TRIES, type MiscSlot } from "./misc-slot.ts";

const OFFSET = { major: 4, slots: 8, crc: 28 } as const;
const MAGIC = "\0AB0";
const MAX_MAJOR = 1;
const SLOTS = 2;
const SLOT_SIZE = 4;

/**
 * Decodes the two slots of AvbABData (AOSP external/avb: avb_ab_flow.h), 32 bytes; throws `badStore` with
 * what was found; `where` begins the sentence.
 */
export function decodeAvbAb(bytes: Buffer, where: string): readonly MiscSlot[] {
  const fail = (what: string) => new HoldfastError("badStore", `${where}: ${what}`);
  if (bytes.length < OFFSET.crc + 4) throw fail(`it has ${bytes.length} bytes, 32 would be right`);
  const magic = bytes.subarray(0, MAGIC.length);
  if (magic.toString("latin1") !== MAGIC)
    throw fail(`magic is ${magic.toString("hex")}, 00414230 would be right`);
  const [stored, computed] = [bytes.readUInt32BE(OFFSET.crc), crc32(bytes.subarray(0, OFFSET.crc))];
  if (stored !== computed) throw fail(`CRC is ${hex(stored)}, its bytes give ${hex(computed)}`);
  const major = bytes.readUInt8(OFFSET.major);
  if (major > MAX_MAJOR) throw fail(`version is ${major}, at most ${MAX_MAJOR} is known`);
  return Array.from({ length: SLOTS }, (_, index) => slotAt(bytes, index, fail));
}

/** Whether the CRC holds. */
export function isIntactAvbAb(bytes: Buffer): boolean {
  return bytes.readUInt32BE(OFFSET.crc) === crc32(bytes.subarray(0, OFFSET.crc));
}

/** The bytes with other counters and their CRC; everything else stays. */
export function withAvbSlots(bytes: Buffer, slots: readonly MiscSlot[]): Buffer {
  const after = Buffer.from(bytes);
  slots.forEach((slot, index) => {
    checkMiscSlot(slot);
    const at = OFFSET.slots + index * SLOT_SIZE;
    after[at] = slot.priority;
    after[at + 1] = slot.tries;
    if ((after[at + 2] !== 0) !== slot.successful) after[at + 2] = slot.successful ? 1 : 0;
  });
  after.writeUInt32BE(crc32(after.subarray(0, OFFSET.crc)), OFFSET.crc);
  return after;
}

function slotAt(bytes: Buffer, index: number, fail: (what: string) => HoldfastError): MiscSlot {
  const at = OFFSET.slots + index * SLOT_SIZE;
  const [priority, tries] = [bytes.readUInt8(at), bytes.readUInt8(at + 1)];
  if (priority > MISC_MAX_PRIORITY) throw fail(`priority ${priority} at byte ${at}, 0 to 15 would be right`);
  if (tries > MISC_MAX_TRIES) throw fail(`${tries} tries at byte ${at + 1}, 0 to 7 would be right`);
  return { priority, tries, successful: bytes[at + 2] !== 0, corrupted: false };
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}
