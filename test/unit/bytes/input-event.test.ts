import { describe, expect, test } from "vitest";
import {
  EVENT_SIZE,
  parseAxisInfo,
  parseCapabilityMask,
  parseInputEvents,
  setBits,
} from "../../../src/bytes/input-event.ts";

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
    expect([...parseCapabilityMask("")]).toEqual([]);
    expect([...parseCapabilityMask("no mask!")]).toEqual([]);
  });
});
