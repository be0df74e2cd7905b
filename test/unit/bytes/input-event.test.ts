import { describe, expect, test } from "vitest";
import {
  eventSize,
  parseAxisInfo,
  parseCapabilityMask,
  parseInputEvents,
  setBits,
} from "../../../src/bytes/input-event.ts";

const EVENT_SIZE = 24;

describe("input events", () => {
  test("whole records are read and a rest is dropped", () => {
    const bytes = Buffer.alloc(EVENT_SIZE * 2 + 5);
    bytes.writeBigInt64LE(12n, 0);
    bytes.writeBigInt64LE(345_678n, 8);
    bytes.writeUInt16LE(1, 16);
    bytes.writeUInt16LE(114, 18);
    bytes.writeInt32LE(1, 20);
    bytes.writeUInt16LE(3, EVENT_SIZE + 16);
    bytes.writeUInt16LE(57, EVENT_SIZE + 18);
    bytes.writeInt32LE(-1, EVENT_SIZE + 20);
    expect(parseInputEvents(bytes)).toEqual([
      { time: 12_345, type: 1, code: 114, value: 1 },
      { time: 0, type: 3, code: 57, value: -1 },
    ]);
  });

  test("those of a process of 32 bits have short times; their seconds go on behind 2038", () => {
    expect([eventSize(4), eventSize(8)]).toEqual([16, EVENT_SIZE]);
    const bytes = Buffer.alloc(16 + 15);
    bytes.writeUInt32LE(0x8000_0001, 0);
    bytes.writeUInt32LE(345_678, 4);
    bytes.writeUInt16LE(1, 8);
    bytes.writeUInt16LE(115, 10);
    bytes.writeInt32LE(-2, 12);
    const time = 0x8000_0001 * 1000 + 345;
    expect(parseInputEvents(bytes, 4)).toEqual([{ time, type: 1, code: 115, value: -2 }]);
  });

  test("axis limits may be negative", () => {
    const bytes = Buffer.alloc(24);
    [7, -100, 100].forEach((value, index) => {
      bytes.writeInt32LE(value, index * 4);
    });
    expect(parseAxisInfo(bytes)).toEqual({ value: 7, minimum: -100, maximum: 100 });
  });

  test("held keys come from the bits of the kernel's mask", () => {
    const mask = Buffer.alloc(96);
    mask[14] = 0b100;
    mask[2] = 1;
    expect(setBits(mask)).toEqual([16, 114]);
  });

  test("capability files have the most significant word first", () => {
    expect([...parseCapabilityMask("400 0 0 0 1c000000000000 0\n")]).toEqual([114, 115, 116, 330]);
    expect([...parseCapabilityMask("260800000000003")]).toEqual([0, 1, 47, 53, 54, 57]);
    expect([...parseCapabilityMask("1c0000 0 0 0", 4)]).toEqual([114, 115, 116]);
    expect([...parseCapabilityMask("1c000000000000 0", 4)]).toEqual([]);
    expect([...parseCapabilityMask("")]).toEqual([]);
    expect([...parseCapabilityMask("no mask!")]).toEqual([]);
  });
});
