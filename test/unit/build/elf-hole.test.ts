import { expect, test } from "vitest";
import { Elf } from "../../../src/build/elf.ts";
import { withoutHole } from "../../../src/build/elf-hole.ts";

const PAGE = 4096;
const [LOAD, PHDR] = [1, 6];
const [READ, WRITE] = [4, 2];

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly address: number;
  readonly size: number;
}

/** A program with these segments, whose bytes tell where they are, but for zeros at some pages of the file. */
function program(segments: readonly Segment[], pages: number, zeros: readonly number[]): Buffer {
  const file = Buffer.alloc(pages * PAGE);
  for (let at = 0; at < file.length; at += 4)
    if (!zeros.includes(Math.floor(at / PAGE))) file.writeUInt32LE(at + 1, at);
  file.fill(0, 0, 64 + segments.length * 56);
  Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]).copy(file);
  file.writeBigUInt64LE(64n, 0x20);
  file.writeUInt16LE(segments.length, 0x38);
  for (const [index, { type, flags, offset, address, size }] of segments.entries()) {
    const at = 64 + index * 56;
    file.writeUInt32LE(type, at);
    file.writeUInt32LE(flags, at + 4);
    for (const [place, value] of [offset, address, address, size, size, PAGE].entries())
      file.writeBigUInt64LE(BigInt(value), at + 8 + place * 8);
  }
  return file;
}

const TABLE: Segment = { type: PHDR, flags: READ, offset: 64, address: 0x400040, size: 3 * 56 };
const CODE: Segment = { type: LOAD, flags: READ, offset: 0, address: 0x400000, size: 8 * PAGE };
const DATA: Segment = {
  type: LOAD,
  flags: READ | WRITE,
  offset: 8 * PAGE,
  address: 0x500000,
  size: 4 * PAGE - 8,
};

test("a program without its read-only zeros maps everything else where it was, and its table of segments", () => {
  const before = program([TABLE, CODE, DATA], 12, [3, 4, 5, 6, 9, 10]);
  const after = withoutHole(before);
  // One page of the four stays, for the table.
  expect(after.length).toBe(before.length - 3 * PAGE);
  const [old, now] = [new Elf(before, "before"), new Elf(after, "after")];
  const mapped = [0x401000, 0x402ff8, 0x407000, 0x407ff8, 0x500000, 0x503ff0];
  for (const address of mapped)
    expect(after.readUInt32LE(now.fileOffset(address))).toBe(before.readUInt32LE(old.fileOffset(address)));
  expect(() => now.fileOffset(0x405000)).toThrow("no segment");
  // As the kernel finds it: by the header, and by the segment that says where it is mapped.
  expect(Number(after.readBigUInt64LE(0x20))).toBe(now.fileOffset(0x403000));
  expect(Number(after.readBigUInt64LE(now.fileOffset(0x403000) + 16))).toBe(0x403000);
  expect(after.readUInt16LE(0x38)).toBe(4);
});

test("zeros that are written to, a single page of them, and what is no program stay", () => {
  for (const file of [program([TABLE, CODE, DATA], 12, [3, 8, 9, 10]), Buffer.from("#!/bin/sh\n")])
    expect(withoutHole(file)).toBe(file);
});
