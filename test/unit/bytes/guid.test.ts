import { expect, test } from "vitest";
import { readGuid, writeGuid } from "../../../src/bytes/guid.ts";

test("a GUID's first three groups are stored little-endian, the last two as written", () => {
  const stored = Buffer.from("5d2a3afe324fa741b725accc3285a309", "hex");
  expect(readGuid(stored, 0)).toBe("fe3a2a5d-4f32-41a7-b725-accc3285a309");
  const written = Buffer.alloc(20);
  writeGuid("FE3A2A5D-4F32-41A7-B725-ACCC3285A309", written, 4);
  expect(written.subarray(4)).toEqual(stored);
});

test("text that is no GUID is refused", () => {
  expect(() => writeGuid("fe3a2a5d", Buffer.alloc(16), 0)).toThrow(RangeError);
});
