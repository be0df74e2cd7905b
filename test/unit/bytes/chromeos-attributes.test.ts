import { describe, expect, test } from "vitest";
import {
  type ChromeosAttributes,
  nextBoot,
  prioritize,
  putLast,
  readAttributes,
  takeTry,
  writeAttributes,
} from "../../../src/bytes/chromeos-attributes.ts";

function counters(priority: number, tries: number, successful: boolean): ChromeosAttributes {
  return { priority, tries, successful };
}

describe("the attribute word", () => {
  test.each([
    ["cgpt add -P2 -S1", "0201", counters(2, 0, true)],
    ["cgpt add -P1 -T6", "6100", counters(1, 6, false)],
    ["all bits of the counters", "ff01", counters(15, 15, true)],
  ])("of %s is read and written", (_, hex, expected) => {
    const array = Buffer.alloc(256);
    array.write(hex, 128 + 54, "hex");
    expect(readAttributes(array, 2)).toEqual(expected);
    const written = Buffer.alloc(256);
    writeAttributes(written, 2, expected);
    expect(written).toEqual(array);
  });

  test("keeps the bits that are no counters", () => {
    const array = Buffer.alloc(128);
    array.writeBigUInt64LE(0xfe00_0000_0000_0005n, 48);
    writeAttributes(array, 1, counters(3, 2, false));
    expect(array.readBigUInt64LE(48)).toBe(0xfe23_0000_0000_0005n);
  });

  test("refuses numbers that do not fit", () => {
    expect(() => writeAttributes(Buffer.alloc(128), 1, counters(16, 0, false))).toThrow(RangeError);
    expect(() => writeAttributes(Buffer.alloc(128), 1, counters(0, -1, false))).toThrow(RangeError);
  });
});

describe("what vboot boots next", () => {
  test.each([
    ["the highest priority", [counters(1, 0, true), counters(2, 1, false)], 1],
    ["the first of equals", [counters(2, 1, false), counters(2, 0, true)], 0],
    ["never a slot without tries that is not successful", [counters(9, 0, false), counters(1, 0, true)], 1],
    ["never priority 0, even when successful", [counters(0, 3, true)], null],
    ["nothing on a disk without kernels", [], null],
  ] as const)("is %s", (_, slots, expected) => {
    expect(nextBoot(slots)).toBe(expected);
  });
});

test("the last try takes the priority with it, earlier ones do not, and a good slot loses none", () => {
  expect(takeTry(counters(2, 2, false))).toEqual(counters(2, 1, false));
  expect(takeTry(counters(2, 1, false))).toEqual(counters(0, 0, false));
  expect(takeTry(counters(2, 3, true))).toEqual(counters(2, 3, true));
});

describe("the order of priorities", () => {
  test.each([
    ["moves one to the top and keeps the order of the rest", [3, 2, 1], 2, [2, 1, 3]],
    ["closes gaps", [9, 4, 1], 1, [2, 3, 1]],
    ["keeps equals equal and leaves 0 alone", [5, 5, 0, 2], 3, [1, 1, 0, 2]],
    ["raises a slot from 0", [0, 1], 0, [2, 1]],
  ])("prioritize %s", (_, before, index, after) => {
    expect(prioritize(before, index)).toEqual(after);
  });

  test("prioritize never goes above 15 nor lowers anything to 0", () => {
    const all = Array.from({ length: 16 }, (_, i) => i);
    const after = prioritize([...all, 3], 16);
    expect(Math.max(...after)).toBe(15);
    expect(after.filter((priority, i) => priority === 0 && i !== 0)).toEqual([]);
  });

  test("putLast leaves a slot that boots before the others as it is", () => {
    expect(putLast([0, 1], 0)).toEqual([1, 2]);
    expect(putLast([0, 3, 2], 0)).toEqual([1, 3, 2]);
    expect(putLast([0, 0], 1)).toEqual([0, 1]);
  });
});
