import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, writeSync } from "node:fs";
import { RESET_RESERVED_BYTES } from "../../../src/domain/reset.ts";
import { ioctl } from "../../../src/linux/syscalls.ts";
import { MARK_AT, partition, scenario } from "./machine.ts";
import { type Request, read } from "./write-log.ts";

const opened = new Map<string, number>();

export function openedFor(path: string): number {
  const fd = opened.get(path) ?? openSync(path, "r+");
  opened.set(path, fd);
  const BLKFLSBUF = 0x1261;
  ioctl(fd, BLKFLSBUF, 0, path);
  return fd;
}

export function mark(byte: number): void {
  const fd = openSync("/dev/vda", "r+");
  writeSync(fd, Buffer.alloc(512, byte), 0, 512, MARK_AT);
  fsyncSync(fd);
  closeSync(fd);
}

export function markIn(requests: readonly Request[], log: number, byte: number): number {
  const found = requests.findIndex(({ kind, at, length, data }) => {
    const inside = kind === "write" && at <= MARK_AT && at + length > MARK_AT;
    return inside && read(log, data + MARK_AT - at, 1)[0] === byte;
  });
  if (found === -1) throw new Error(`mark ${byte} is not in the log`);
  // Behind the flush that follows it.
  return requests.findIndex(({ kind }, index) => index > found && kind === "flush") + 1;
}

/** The medium as a cut leaves it; what is discarded may read as anything, and reads as zeros or as before. */
export class Medium {
  readonly bytes: Buffer;
  readonly #log: number;
  constructor(bytes: Buffer, log: number) {
    this.bytes = bytes;
    this.#log = log;
  }

  apply(request: Request, fraction = 1, random: () => number = () => 0): void {
    const length = Math.floor((request.length * fraction) / 512) * 512;
    if (request.kind === "discard" && random() < 0.5) this.bytes.fill(0, request.at, request.at + length);
    if (request.kind === "write" && length > 0)
      read(this.#log, request.data, length).copy(this.bytes, request.at);
  }
}

/** Brings the scratch disk to this content, writing only what differs. */
export function play(bytes: Buffer): void {
  const fd = openedFor("/dev/vdc");
  openedFor("/dev/vdc2");
  const step = 64 * 1024;
  for (let at = 0; at < bytes.length; at += step) {
    const wanted = bytes.subarray(at, at + step);
    if (!read(fd, at, wanted.length).equals(wanted)) writeSync(fd, wanted, 0, wanted.length, at);
  }
  fsyncSync(fd);
  openedFor("/dev/vdc");
  openedFor("/dev/vdc2");
}

/** SHA-256 of everything but the target and the marks, which are the test's own. */
export function outside(bytes: Buffer): string {
  const { start, size } = partition;
  const parts = [
    bytes.subarray(0, MARK_AT),
    bytes.subarray(MARK_AT + 512, start),
    bytes.subarray(start + size),
  ];
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}

/** From here on a reset was asked for for good: an encrypted root's by its record, which nothing comes before. */
export function askedAt(requests: readonly Request[], log: number): number {
  if (scenario.role === "state") return markIn(requests, log, 2);
  const place = partition.start + partition.size - RESET_RESERVED_BYTES;
  const record = requests.findIndex(
    ({ kind, at, data }) => kind === "write" && at === place && read(log, data, 8).toString() === "HOLDFRST",
  );
  return requests.findIndex(({ kind }, index) => index > record && kind === "flush") + 1;
}
