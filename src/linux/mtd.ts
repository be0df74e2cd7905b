import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import type { DiskMode } from "./disk.ts";
import { ioctl } from "./syscalls.ts";

/** Kinds of flash memory that U-Boot's own tools know (mtd/mtd-abi.h); others are read, and never written. */
export type FlashKind = "nor" | "nand" | "dataflash" | "other";

/** An opened flash memory. Offsets and lengths are bytes; `erase` and `isBad` take the start of an erase block. */
export interface Flash {
  readonly name: string;
  readonly kind: FlashKind;
  readonly size: number;
  readonly eraseSize: number;
  /** What a write begins and ends at a multiple of. */
  readonly writeSize: number;
  read(offset: number, length: number): Buffer;
  /** Only clears bits: what is not erased cannot be set. */
  write(offset: number, bytes: Buffer): void;
  erase(offset: number): void;
  isBad(offset: number): boolean;
  close(): void;
}

/** Requests of mtd/mtd-abi.h. */
const MEMGETINFO = 0x80204d01;
const MEMERASE = 0x40084d02;
const MEMLOCK = 0x40084d05;
const MEMUNLOCK = 0x40084d06;
const MEMGETBADBLOCK = 0x40084d0b;
const MEMISLOCKED = 0x80084d17;

/** Values of mtd_info_user.type. */
const KINDS: Readonly<Record<number, FlashKind>> = {
  3: "nor",
  4: "nand",
  6: "dataflash",
  8: "nand",
};

/** Opens an MTD character device such as /dev/mtd0; throws `noDevice` when there is none. */
export function openFlash(path: string, mode: DiskMode): Flash {
  let fd: number;
  try {
    fd = openSync(path, mode === "read" ? "r" : "r+");
  } catch (cause) {
    throw new HoldfastError("noDevice", `${path} cannot be opened to ${mode}: ${codeOf(cause)}`, { cause });
  }
  try {
    return new MtdFlash(path, fd);
  } catch (cause) {
    closeSync(fd);
    throw new HoldfastError("noDevice", `${path} is no flash memory: ${codeOf(cause)}`, { cause });
  }
}

class MtdFlash implements Flash {
  readonly name: string;
  readonly kind: FlashKind;
  readonly size: number;
  readonly eraseSize: number;
  readonly writeSize: number;
  readonly #fd: number;

  constructor(path: string, fd: number) {
    // struct mtd_info_user: u8 type, then at 4 flags, size, erasesize, writesize, oobsize, and a reserved u64.
    const info = Buffer.alloc(32);
    ioctl(fd, MEMGETINFO, info, `MEMGETINFO ${path}`);
    this.name = path;
    this.kind = KINDS[info.readUInt8(0)] ?? "other";
    this.size = info.readUInt32LE(8);
    this.eraseSize = info.readUInt32LE(12);
    this.writeSize = info.readUInt32LE(16);
    this.#fd = fd;
  }

  read(offset: number, length: number): Buffer {
    const bytes = Buffer.alloc(length);
    const count = this.#attempt("read", offset, () => readSync(this.#fd, bytes, 0, length, offset));
    if (count === length) return bytes;
    throw new HoldfastError("badStore", `${this.name} gave ${count} of ${length} bytes at byte ${offset}`);
  }

  write(offset: number, bytes: Buffer): void {
    this.#unlocked(offset, () => {
      const count = this.#attempt("written", offset, () =>
        writeSync(this.#fd, bytes, 0, bytes.length, offset),
      );
      if (count === bytes.length) return;
      const what = `${this.name} took ${count} of ${bytes.length} bytes at byte ${offset}`;
      throw new HoldfastError("notReadBack", what);
    });
  }

  erase(offset: number): void {
    this.#unlocked(offset, () =>
      this.#attempt("erased", offset, () => this.#block(MEMERASE, "MEMERASE", offset)),
    );
  }

  isBad(offset: number): boolean {
    if (this.kind !== "nand") return false;
    const place = Buffer.alloc(8);
    place.writeBigInt64LE(BigInt(offset));
    return ioctl(this.#fd, MEMGETBADBLOCK, place, `MEMGETBADBLOCK ${this.name}`) > 0;
  }

  close(): void {
    closeSync(this.#fd);
  }

  /** Lifts the write protection of a block that has one, and puts it back. */
  #unlocked(offset: number, change: () => void): void {
    const start = offset - (offset % this.eraseSize);
    const isLocked = this.#may(() => this.#block(MEMISLOCKED, "MEMISLOCKED", start)) === 1;
    if (isLocked) this.#may(() => this.#block(MEMUNLOCK, "MEMUNLOCK", start));
    try {
      change();
    } finally {
      if (isLocked) this.#may(() => this.#block(MEMLOCK, "MEMLOCK", start));
    }
  }

  /** A request about one erase block (struct erase_info_user: u32 start, u32 length). */
  #block(request: number, name: string, start: number): number {
    const block = Buffer.alloc(8);
    block.writeUInt32LE(start, 0);
    block.writeUInt32LE(this.eraseSize, 4);
    return ioctl(this.#fd, request, block, `${name} ${this.name}`);
  }

  /** Most flash knows nothing of locks; a lock that stays shows when the write fails. */
  #may(request: () => number): number | null {
    try {
      return request();
    } catch {
      return null;
    }
  }

  #attempt<T>(done: string, offset: number, call: () => T): T {
    try {
      return call();
    } catch (cause) {
      const kind = done === "read" ? "badStore" : "notReadBack";
      throw new HoldfastError(kind, `${this.name} cannot be ${done} at byte ${offset}: ${codeOf(cause)}`, {
        cause,
      });
    }
  }
}
