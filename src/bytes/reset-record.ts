import { HoldfastError } from "../domain/errors.ts";
import { crc32 } from "./crc.ts";

/** Each of the two copies of a record has this much room; together they fill the reserved end of a partition. */
export const RESET_COPY_SIZE = 32 * 1024;

/** How every copy begins; the probe looks for it with dd. */
export const RESET_MARK = Buffer.from("HOLDFRST");
const VERSION = 1;
/** Offsets: magic 0, version 8, sequence 12, length of the payload 16, CRC-32 20, payload 24; little-endian. */
const AT = { version: 8, sequence: 12, length: 16, checksum: 20, payload: 24 } as const;

/** The longest payload that fits into a copy. */
export const RESET_PAYLOAD_LIMIT = RESET_COPY_SIZE - AT.payload;

/** One copy of the record of a reset; of two good ones that with the higher sequence counts. */
export interface ResetCopy {
  readonly sequence: number;
  readonly payload: Buffer;
}

/** The bytes of a copy, RESET_COPY_SIZE long. Throws `usage` when the payload is too long. */
export function encodeResetCopy({ sequence, payload }: ResetCopy): Buffer {
  if (payload.length > RESET_PAYLOAD_LIMIT) {
    throw new HoldfastError(
      "usage",
      `the record of a reset has ${payload.length} bytes, at most ${RESET_PAYLOAD_LIMIT} would be right`,
    );
  }
  const bytes = Buffer.alloc(RESET_COPY_SIZE);
  RESET_MARK.copy(bytes);
  bytes.writeUInt32LE(VERSION, AT.version);
  bytes.writeUInt32LE(sequence, AT.sequence);
  bytes.writeUInt32LE(payload.length, AT.length);
  payload.copy(bytes, AT.payload);
  bytes.writeUInt32LE(checksumOf(bytes, payload.length), AT.checksum);
  return bytes;
}

/** Null where no record lies. Throws `badStore` for one that must not be believed. */
export function decodeResetCopy(bytes: Buffer, where: string): ResetCopy | null {
  if (!bytes.subarray(0, RESET_MARK.length).equals(RESET_MARK)) return null;
  const version = bytes.readUInt32LE(AT.version);
  if (version !== VERSION) throw bad(where, `has version ${version}, ${VERSION} would be right`);
  const length = bytes.readUInt32LE(AT.length);
  if (length > RESET_PAYLOAD_LIMIT) throw bad(where, `says that it has ${length} bytes`);
  const found = bytes.readUInt32LE(AT.checksum);
  const right = checksumOf(bytes, length);
  if (found !== right) throw bad(where, `has the checksum ${hex(found)}, ${hex(right)} would be right`);
  const payload = Buffer.from(bytes.subarray(AT.payload, AT.payload + length));
  return { sequence: bytes.readUInt32LE(AT.sequence), payload };
}

/** Over everything but the magic, which was compared, and the checksum itself. */
function checksumOf(bytes: Buffer, length: number): number {
  const head = bytes.subarray(AT.version, AT.checksum);
  return crc32(Buffer.concat([head, bytes.subarray(AT.payload, AT.payload + length)]));
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, "0")}`;
}

function bad(where: string, what: string): HoldfastError {
  return new HoldfastError("badStore", `The record of a reset at ${where} ${what}.`, {
    next: "It is never acted on; erase those bytes, or reset again.",
  });
}
