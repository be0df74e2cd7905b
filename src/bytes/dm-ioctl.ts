import { HoldfastError } from "../domain/errors.ts";

/** Flags of struct dm_ioctl (linux/dm-ioctl.h). */
export const DmFlag = {
  readonly: 1 << 0,
  bufferFull: 1 << 8,
  deferredRemove: 1 << 17,
} as const;

/** One line of a device-mapper table; lengths in sectors of 512 bytes. */
export interface DmTarget {
  readonly start: number;
  readonly length: number;
  /** Name of the target, such as "verity". */
  readonly type: string;
  /** Its parameters, or in a status its words. */
  readonly text: string;
}

export interface DmRequest {
  /** At most 127 bytes. */
  readonly name: string;
  /** Tells other tools what it is; at most 128 bytes. */
  readonly uuid?: string;
  readonly flags?: number;
  readonly targets?: readonly DmTarget[];
}

/** What the kernel answers. */
export interface DmAnswer {
  readonly flags: number;
  /** "major:minor" of the mapped device. */
  readonly device: string;
  readonly targets: readonly DmTarget[];
}

/** sizeof(struct dm_ioctl): the same on all 64-bit ABIs. */
export const DM_HEADER_SIZE = 312;
/** Room for the answer: one target's status is a few hundred bytes. */
const BUFFER_SIZE = 16 * 1024;
const NAME_SIZE = 128;
const SPEC_SIZE = 40;
/** Version 4.0.0 of the interface is what every kernel since 2.6 understands. */
const MAJOR_VERSION = 4;
const AT = { dataSize: 12, dataStart: 16, targetCount: 20, flags: 28, dev: 40, name: 48, uuid: 176 } as const;

/** A struct dm_ioctl with its targets behind it, and room for the answer. */
export function encodeDmRequest({ name, uuid = "", flags = 0, targets = [] }: DmRequest): Buffer {
  const buffer = Buffer.alloc(BUFFER_SIZE);
  if (Buffer.byteLength(name) >= NAME_SIZE || Buffer.byteLength(uuid) > NAME_SIZE) {
    throw new HoldfastError("system", `"${name}" (${uuid}) is too long for the name of a mapped device`);
  }
  buffer.writeUInt32LE(MAJOR_VERSION, 0);
  buffer.writeUInt32LE(BUFFER_SIZE, AT.dataSize);
  buffer.writeUInt32LE(DM_HEADER_SIZE, AT.dataStart);
  buffer.writeUInt32LE(targets.length, AT.targetCount);
  buffer.writeUInt32LE(flags, AT.flags);
  buffer.write(name, AT.name);
  buffer.write(uuid, AT.uuid);
  let at = DM_HEADER_SIZE;
  for (const target of targets) {
    // Each specification starts at a multiple of 8; its text ends with a zero.
    const next = (SPEC_SIZE + Buffer.byteLength(target.text) + 8) & ~7;
    buffer.writeBigUInt64LE(BigInt(target.start), at);
    buffer.writeBigUInt64LE(BigInt(target.length), at + 8);
    buffer.writeUInt32LE(next, at + 20);
    buffer.write(target.type, at + 24);
    buffer.write(target.text, at + SPEC_SIZE);
    at += next;
  }
  return buffer;
}

/** Reads the answer that the kernel left in the request's buffer. */
export function decodeDmAnswer(buffer: Buffer): DmAnswer {
  const flags = buffer.readUInt32LE(AT.flags);
  const start = buffer.readUInt32LE(AT.dataStart);
  const count = buffer.readUInt32LE(AT.targetCount);
  if ((flags & DmFlag.bufferFull) !== 0) {
    throw new HoldfastError("system", `device-mapper's answer has more than ${BUFFER_SIZE} bytes`);
  }
  const dev = Number(buffer.readBigUInt64LE(AT.dev));
  // huge_encode_dev: 12 bits of major at 8, minor around them.
  const device = `${(dev >> 8) & 0xfff}:${(dev & 0xff) | ((dev >> 12) & 0xfff00)}`;
  const targets: DmTarget[] = [];
  for (let at = start; targets.length < count; ) {
    if (at + SPEC_SIZE > buffer.length || targets.length >= buffer.length / SPEC_SIZE) {
      throw new HoldfastError("system", `device-mapper's answer names ${count} targets and holds fewer`);
    }
    targets.push({
      start: Number(buffer.readBigUInt64LE(at)),
      length: Number(buffer.readBigUInt64LE(at + 8)),
      type: cString(buffer, at + 24, at + SPEC_SIZE),
      text: cString(buffer, at + SPEC_SIZE, buffer.length),
    });
    // In an answer `next` counts from the beginning of the data.
    at = start + buffer.readUInt32LE(at + 20);
  }
  return { flags, device, targets };
}

function cString(buffer: Buffer, from: number, to: number): string {
  const end = buffer.indexOf(0, from);
  return buffer.toString("latin1", from, end === -1 || end > to ? to : end);
}
