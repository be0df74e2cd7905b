import { HoldfastError } from "../domain/errors.ts";

/** Android's bootloader message, 2048 bytes at the beginning of misc (AOSP: bootloader_message.h). */
export interface BootMessage {
  /** What the next start is to do; "" for nothing. */
  readonly command: string;
  readonly status: string;
  /** Arguments of the recovery, by line. */
  readonly recovery: string;
  readonly stage: string;
}

export const BOOT_MESSAGE_SIZE = 2048;

const FIELDS = {
  command: { offset: 0, size: 32 },
  status: { offset: 32, size: 32 },
  recovery: { offset: 64, size: 768 },
  stage: { offset: 832, size: 32 },
} as const;
type Field = keyof typeof FIELDS;

/**
 * Decodes the message. It has neither magic nor checksum, so only printable ASCII ended by NUL is believed;
 * anything else is `badStore` with the field and its offset. All 0x00 and all 0xff are an empty message.
 */
export function decodeBootMessage(bytes: Buffer, where: string): BootMessage {
  if (bytes.length < BOOT_MESSAGE_SIZE) {
    throw new HoldfastError(
      "badStore",
      `${where}: ${bytes.length} bytes, ${BOOT_MESSAGE_SIZE} would be right`,
    );
  }
  const isErased = bytes.subarray(0, BOOT_MESSAGE_SIZE).every((byte) => byte === 0xff);
  const read = (field: Field) => (isErased ? "" : fieldOf(bytes, field, where));
  return {
    command: read("command"),
    status: read("status"),
    recovery: read("recovery"),
    stage: read("stage"),
  };
}

/**
 * The message with another command and other arguments; every other byte stays. Throws `usage` when they are
 * not printable ASCII or do not fit.
 */
export function withCommand(bytes: Buffer, command: string, recovery: string): Buffer {
  const isErased = bytes.every((byte) => byte === 0xff);
  const after = isErased ? Buffer.alloc(BOOT_MESSAGE_SIZE) : Buffer.from(bytes);
  putField(after, "command", command);
  putField(after, "recovery", recovery);
  return after;
}

function fieldOf(bytes: Buffer, field: Field, where: string): string {
  const { offset, size } = FIELDS[field];
  const raw = bytes.subarray(offset, offset + size);
  const end = raw.indexOf(0);
  const fail = (what: string) =>
    new HoldfastError("badStore", `${where}: ${field} at byte ${offset} ${what}`);
  if (end === -1) throw fail(`has no end within ${size} bytes`);
  const text = raw.toString("latin1", 0, end);
  if (!isPrintable(text)) throw fail(`is no printable ASCII: ${raw.toString("hex", 0, Math.min(end, 16))}`);
  return text;
}

function putField(bytes: Buffer, field: Field, text: string): void {
  const { offset, size } = FIELDS[field];
  if (!isPrintable(text)) {
    throw new HoldfastError(
      "usage",
      `${JSON.stringify(text)} cannot be a ${field}: it is no printable ASCII`,
    );
  }
  if (text.length >= size) {
    throw new HoldfastError(
      "usage",
      `a ${field} has ${text.length} bytes, at most ${size - 1} would be right`,
    );
  }
  bytes.fill(0, offset, offset + size);
  bytes.write(text, offset, "latin1");
}

function isPrintable(text: string): boolean {
  return /^[\x20-\x7e\n]*$/.test(text);
}
