import { expect, test } from "vitest";
import { cookedTermios, encodeWindowSize, rawTermios } from "../../../src/bytes/termios.ts";

/** struct termios of ttyS0 at 115200 8N1 as getty leaves it, from TCGETS. */
const COOKED = Buffer.from(
  "0005000005000000b21c00003b8a000000031c7f15040001001113 1a00120f1716000000".replaceAll(" ", ""),
  "hex",
);

function flags(termios: Buffer) {
  return [0, 4, 8, 12].map((offset) => termios.readUInt32LE(offset));
}

test("raw mode delivers every key and echoes none; output, speed and the rest stay", () => {
  const raw = rawTermios(COOKED);
  expect(flags(raw)).toEqual([0, 5, 0x1cb2, 0x8a3b & ~(1 | 2 | 8 | 0x8000)]);
  expect([raw[17 + 6], raw[17 + 5]]).toEqual([1, 0]);
});

test("cooked mode is the same whatever was found, but for the speed", () => {
  expect(cookedTermios(rawTermios(COOKED))).toEqual(cookedTermios(COOKED));
  expect(cookedTermios(rawTermios(COOKED))).toEqual(COOKED);
  const garbage = Buffer.alloc(36, 0xff);
  garbage.writeUInt32LE(0x10b2, 8);
  expect(flags(cookedTermios(garbage))).toEqual([0x500, 5, 0x18b2, 0x8a3b]);
});

test("flow control by wires survives, with its sign bit", () => {
  const found = Buffer.from(COOKED);
  found.writeUInt32LE(0x80001cb2, 8);
  expect(flags(rawTermios(found))[2]).toBe(0x80001cb2);
});

test("a window size is rows, columns and no pixels", () => {
  expect(encodeWindowSize({ columns: 80, rows: 24 })).toEqual(Buffer.from([24, 0, 80, 0, 0, 0, 0, 0]));
});
