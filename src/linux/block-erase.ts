import { closeSync, constants, fsyncSync, openSync, writeSync } from "node:fs";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { ioctl } from "./syscalls.ts";

/** Requests of <linux/fs.h>; each takes two u64: first byte and length. */
const BLKDISCARD = 0x1277;
const BLKSECDISCARD = 0x127d;
const BLKZEROOUT = 0x127f;
/** What a device or driver answers that cannot do a request. */
const CANNOT = new Set(["ENOTSUP", "EOPNOTSUPP", "ENOTTY", "EINVAL"]);

/** So much at a time, so that a screen can show how far it is. */
const CHUNK = 64 * 1024 * 1024;
/** File systems and volumes have their marks within so much of both ends. */
const SIGNATURES = 1024 * 1024;

/** How the blocks were erased. */
export type BlockErasure = "secure" | "plain" | "overwritten" | "none";

export interface EraseOptions {
  /** Bytes from the start that are erased; what lies behind is left alone. */
  readonly length: number;
  /** Whether a device that cannot discard is overwritten. */
  readonly overwrite: boolean;
  /** From 0 to 1. */
  readonly tell: (fraction: number) => void;
}

/**
 * Erases the first bytes of a block device as well as it can: discards securely, discards, or overwrites when
 * that is asked for; and in any case overwrites the marks of file systems and volumes at both ends. The
 * device is held exclusively: `refused` when anybody has it mounted or open for themselves.
 */
export async function eraseBlocks(device: string, options: EraseOptions): Promise<BlockErasure> {
  const fd = openExclusively(device);
  try {
    const how = await eraseAll(fd, device, options);
    const { length } = options;
    const zeros = Buffer.alloc(Math.min(SIGNATURES, length));
    for (const at of [0, length - zeros.length]) writeAll(fd, zeros, at);
    fsyncSync(fd);
    return how;
  } finally {
    closeSync(fd);
  }
}

/** Opens a block device that nobody else uses, in any mount namespace; `refused` when somebody does. */
export function openExclusively(device: string): number {
  try {
    return openSync(device, constants.O_RDWR | constants.O_EXCL);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === "EBUSY")
      throw new HoldfastError("refused", `${device} is in use; nothing was erased.`, { cause });
    throw new HoldfastError("noDevice", `${device} cannot be opened to be erased: ${code}`, { cause });
  }
}

async function eraseAll(
  fd: number,
  device: string,
  { length, overwrite, tell }: EraseOptions,
): Promise<BlockErasure> {
  const ways: readonly [BlockErasure, number][] = [
    ["secure", BLKSECDISCARD],
    ["plain", BLKDISCARD],
    ["overwritten", BLKZEROOUT],
  ];
  for (const [how, request] of ways.filter(([way]) => way !== "overwritten" || overwrite)) {
    if (await everyChunk(fd, device, request, length, tell)) return how;
  }
  return "none";
}

/** False when the device cannot do the request at all. */
async function everyChunk(
  fd: number,
  device: string,
  request: number,
  length: number,
  tell: (fraction: number) => void,
): Promise<boolean> {
  const range = Buffer.alloc(16);
  for (let at = 0; at < length; at += CHUNK) {
    range.writeBigUInt64LE(BigInt(at));
    range.writeBigUInt64LE(BigInt(Math.min(CHUNK, length - at)), 8);
    try {
      ioctl(fd, request, range, `0x${request.toString(16)} ${device}`);
    } catch (error) {
      if (CANNOT.has(codeOf(error))) return false;
      const what = `${device} could not be erased at byte ${at}: ${codeOf(error)}`;
      throw new HoldfastError("system", what, { cause: error });
    }
    tell(Math.min(1, (at + CHUNK) / length));
    // Screens are drawn meanwhile.
    await new Promise((resolve) => setImmediate(resolve));
  }
  return true;
}

/** Writes all of the bytes at an offset of an opened file or device. */
export function writeAll(fd: number, bytes: Buffer, offset: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(fd, bytes, done, bytes.length - done, offset + done);
  }
}
