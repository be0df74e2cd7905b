import { HoldfastError } from "../domain/errors.ts";
import type { Disk, DiskMode, DiskOpener } from "./disk.ts";
import type { Flash } from "./mtd.ts";

/** A part of a flash memory that begins at an erase block and may hold more blocks than the data needs. */
export interface FlashPlace {
  readonly offset: number;
  /** Bytes of data. */
  readonly size: number;
  /** Bytes that the data may spread over where blocks are bad; as many erase blocks as it fills when null. */
  readonly room: number | null;
}

/**
 * The data at a place of flash memory as a disk of its own, as U-Boot's tools/env/fw_env.c lays it out: it
 * begins at the place's first good erase block and goes on at the next good one. A write that only clears bits
 * is made in place in NOR flash; any other erases block by block and puts back what lay beside it.
 */
export function flashWindowAt(open: (mode: DiskMode) => Flash, place: FlashPlace): DiskOpener {
  return async (mode) => {
    const flash = open(mode);
    try {
      return new FlashWindow(flash, place);
    } catch (error) {
      flash.close();
      throw error;
    }
  };
}

/** One piece of the data: bytes of it, and where in the flash they lie. */
interface Piece {
  readonly at: number;
  readonly length: number;
  readonly block: number;
  readonly within: number;
}

class FlashWindow implements Disk {
  readonly name: string;
  readonly size: number;
  readonly sectorSize = null;
  readonly isDevice = true;
  readonly #flash: Flash;
  /** Starts of the good erase blocks that hold the data. */
  readonly #blocks: readonly number[];
  /** Where in its first block the data begins. */
  readonly #start: number;

  constructor(flash: Flash, { offset, size, room }: FlashPlace) {
    const { eraseSize } = flash;
    this.name = flash.name;
    this.size = size;
    this.#flash = flash;
    this.#start = offset % eraseSize;
    const first = offset - this.#start;
    const needed = Math.ceil((this.#start + size) / eraseSize);
    const all = Math.max(Math.ceil((this.#start + (room ?? size)) / eraseSize), needed);
    if (offset < 0 || first + needed * eraseSize > flash.size) {
      const wanted = `${size} bytes at ${offset} were asked for`;
      throw new HoldfastError("badStore", `${flash.name} has ${flash.size} bytes, ${wanted}`);
    }
    const blocks = Array.from({ length: all }, (_, index) => first + index * eraseSize);
    const good = blocks.filter((block) => block < flash.size && !flash.isBad(block));
    if (good.length < needed) {
      const found = `${flash.name} has ${good.length} good erase blocks at byte ${offset}`;
      throw new HoldfastError("badStore", `${found}, the data needs ${needed}`);
    }
    this.#blocks = good.slice(0, needed);
  }

  async read(offset: number, length: number): Promise<Buffer> {
    return Buffer.concat(
      this.#pieces(offset, length).map(({ block, within, length: part }) =>
        this.#flash.read(block + within, part),
      ),
    );
  }

  async write(offset: number, bytes: Buffer): Promise<void> {
    if (this.#flash.kind === "other") {
      throw new HoldfastError("refused", `${this.name} is a kind of memory that Holdfast does not write`);
    }
    for (const { at, length, block, within } of this.#pieces(offset, bytes.length)) {
      this.#change(block, within, bytes.subarray(at, at + length));
    }
  }

  async flush(): Promise<void> {
    // A write to a character device of flash memory is done when it returns.
  }

  async close(): Promise<void> {
    this.#flash.close();
  }

  #pieces(offset: number, length: number): Piece[] {
    const { eraseSize } = this.#flash;
    const pieces: Piece[] = [];
    for (let at = 0; at < length; ) {
      const place = this.#start + offset + at;
      const within = place % eraseSize;
      const part = Math.min(length - at, eraseSize - within);
      pieces.push({ at, length: part, block: this.#blocks[Math.floor(place / eraseSize)] ?? 0, within });
      at += part;
    }
    return pieces;
  }

  #change(block: number, within: number, bytes: Buffer): void {
    const { kind, writeSize, eraseSize } = this.#flash;
    const before = this.#flash.read(block, eraseSize);
    const old = before.subarray(within, within + bytes.length);
    if (old.equals(bytes)) return;
    if (
      kind === "nor" &&
      onlyClears(old, bytes) &&
      within % writeSize === 0 &&
      bytes.length % writeSize === 0
    ) {
      this.#flash.write(block + within, bytes);
      return;
    }
    const after = Buffer.from(before);
    bytes.copy(after, within);
    this.#flash.erase(block);
    this.#flash.write(block, after);
  }
}

/** Whether new bytes have no bit set that the old ones do not have. */
function onlyClears(old: Buffer, bytes: Buffer): boolean {
  return bytes.every((byte, index) => (byte & ~(old[index] ?? 0)) === 0);
}
