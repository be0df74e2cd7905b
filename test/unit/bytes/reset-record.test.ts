import { describe, expect, it } from "vitest";
import {
  decodeResetCopy,
  encodeResetCopy,
  RESET_COPY_SIZE,
  RESET_PAYLOAD_LIMIT,
} from "../../../src/bytes/reset-record.ts";
import { RESET_RESERVED_BYTES } from "../../../src/domain/reset.ts";

const copy = { sequence: 7, payload: Buffer.from('{"version":1}') };

describe("the record of a reset", () => {
  it("fills the reserved end of a partition with two copies", () => {
    expect(RESET_COPY_SIZE * 2).toBe(RESET_RESERVED_BYTES);
    expect(encodeResetCopy(copy)).toHaveLength(RESET_COPY_SIZE);
  });

  it("begins with the word that the probe looks for, and reads back", () => {
    const bytes = encodeResetCopy(copy);
    expect(bytes.toString("latin1", 0, 8)).toBe("HOLDFRST");
    expect(decodeResetCopy(bytes, "byte 0")).toEqual(copy);
  });

  it("keeps a payload of the greatest length, and refuses a longer one", () => {
    const longest = { sequence: 0xffffffff, payload: Buffer.alloc(RESET_PAYLOAD_LIMIT, 0x61) };
    expect(decodeResetCopy(encodeResetCopy(longest), "byte 0")).toEqual(longest);
    const longer = { ...longest, payload: Buffer.alloc(RESET_PAYLOAD_LIMIT + 1) };
    expect(() => encodeResetCopy(longer)).toThrow(/at most/);
  });

  it("is none where the word is missing", () => {
    expect(decodeResetCopy(Buffer.alloc(RESET_COPY_SIZE), "byte 0")).toBeNull();
  });

  it("is not believed with any one bit of it changed", () => {
    const bytes = encodeResetCopy(copy);
    const end = 24 + copy.payload.length;
    for (let bit = 64; bit < end * 8; bit++) {
      const changed = Buffer.from(bytes);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(() => decodeResetCopy(changed, "byte 0")).toThrow(/record of a reset at byte 0/);
    }
  });
});
