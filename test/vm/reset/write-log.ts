import { readSync } from "node:fs";

/** One request that a disk got, as QEMU's blklogwrites wrote it down. */
export interface Request {
  readonly kind: "write" | "discard" | "flush";
  /** Bytes of the disk that it is for. */
  readonly at: number;
  readonly length: number;
  /** Byte of the log at which its data begins. */
  readonly data: number;
}

/** The kernel's drivers/md/dm-log-writes.c: a super block, then an entry of one sector before each data. */
const MAGIC = 0x6a736677736872n;
const FLUSH = 1;
const FUA = 2;
const DISCARD = 4;

/** Reads the requests of a log that is open as `fd`, in the order in which the disk got them. */
export function readLog(fd: number): Request[] {
  const start = read(fd, 0, 512);
  if (start.readBigUInt64LE() !== MAGIC) throw new Error("this is no log of dm-log-writes or blklogwrites");
  const count = Number(start.readBigUInt64LE(16));
  const sector = start.readUInt32LE(24);
  const requests: Request[] = [];
  let at = sector;
  for (let index = 0; index < count; index++) {
    const entry = read(fd, at, 32);
    const flags = Number(entry.readBigUInt64LE(16));
    const place = {
      at: Number(entry.readBigUInt64LE()) * sector,
      length: Number(entry.readBigUInt64LE(8)) * sector,
    };
    const isDiscard = (flags & DISCARD) !== 0;
    at += sector;
    if ((flags & FLUSH) !== 0) requests.push({ kind: "flush", at: 0, length: 0, data: 0 });
    if (place.length === 0) continue;
    requests.push({ kind: isDiscard ? "discard" : "write", ...place, data: at });
    if (!isDiscard) at += place.length;
    if ((flags & FUA) !== 0) requests.push({ kind: "flush", at: 0, length: 0, data: 0 });
  }
  return requests;
}

export function read(fd: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let done = 0; done < length; ) {
    const count = readSync(fd, bytes, done, length - done, at + done);
    if (count === 0) throw new Error(`nothing left to read at byte ${at + done}`);
    done += count;
  }
  return bytes;
}
