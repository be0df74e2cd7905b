import { HoldfastError } from "../domain/errors.ts";

/** One program header: `size` bytes at file offset `offset` are mapped at `address`. */
interface Segment {
  readonly type: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

const PT_LOAD = 1;
const PT_DYNAMIC = 2;
const PT_INTERP = 3;
const DT_NEEDED = 1;
const DT_STRTAB = 5;
const DT_RUNPATH = 29;

/**
 * What the build needs to know of a little-endian 64-bit ELF file (System V gABI, chapters 4 and 5):
 * its loader, the libraries that it names, and where what is mapped lies in the file.
 */
export class Elf {
  readonly #bytes: Buffer;
  readonly #segments: readonly Segment[];

  /** `name` is what errors call the file. */
  constructor(bytes: Buffer, name: string) {
    if (!isElf(bytes)) {
      throw new HoldfastError("usage", `${name} is not a little-endian 64-bit ELF file`);
    }
    this.#bytes = bytes;
    this.#segments = segmentsOf(bytes);
  }

  /** The loader's path (PT_INTERP); null for libraries and static programs. */
  get interpreter(): string | null {
    const segment = this.#segments.find((one) => one.type === PT_INTERP);
    return segment === undefined ? null : cString(this.#bytes, segment.offset);
  }

  /** Library names of DT_NEEDED, in file order. */
  get needed(): readonly string[] {
    return this.#dynamicStrings(DT_NEEDED);
  }

  /** Folders of DT_RUNPATH, in which its libraries are looked for first. */
  get runPath(): readonly string[] {
    return this.#dynamicStrings(DT_RUNPATH).flatMap((folders) => folders.split(":"));
  }

  #dynamicStrings(wanted: number): string[] {
    const dynamic = this.#segments.find((one) => one.type === PT_DYNAMIC);
    if (dynamic === undefined) return [];
    const names: number[] = [];
    let strings = 0;
    for (let at = dynamic.offset; at < dynamic.offset + dynamic.size; at += 16) {
      const tag = Number(this.#bytes.readBigUInt64LE(at));
      const value = Number(this.#bytes.readBigUInt64LE(at + 8));
      if (tag === wanted) names.push(value);
      if (tag === DT_STRTAB) strings = this.fileOffset(value);
    }
    return names.map((name) => cString(this.#bytes, strings + name));
  }

  /** The file offset of what is mapped at `address`. */
  fileOffset(address: number): number {
    const within = (one: Segment) => address >= one.address && address < one.address + one.size;
    const segment = this.#segments.find((one) => one.type === PT_LOAD && within(one));
    if (segment === undefined) {
      throw new HoldfastError("usage", `no segment of the ELF file maps address 0x${address.toString(16)}`);
    }
    return address - segment.address + segment.offset;
  }
}

/** Whether these are the first bytes of a little-endian 64-bit ELF file. */
export function isElf(bytes: Buffer): boolean {
  return bytes.length >= 64 && bytes.readUInt32BE(0) === 0x7f454c46 && bytes[4] === 2 && bytes[5] === 1;
}

function segmentsOf(bytes: Buffer): Segment[] {
  const start = Number(bytes.readBigUInt64LE(0x20));
  return Array.from({ length: bytes.readUInt16LE(0x38) }, (_, index) => {
    const at = start + index * 56;
    return {
      type: bytes.readUInt32LE(at),
      offset: Number(bytes.readBigUInt64LE(at + 8)),
      address: Number(bytes.readBigUInt64LE(at + 16)),
      size: Number(bytes.readBigUInt64LE(at + 32)),
    };
  });
}

function cString(bytes: Buffer, offset: number): string {
  return bytes.toString("utf8", offset, bytes.indexOf(0, offset));
}
