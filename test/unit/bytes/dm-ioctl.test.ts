import { expect, test } from "vitest";
import { DmFlag, decodeDmAnswer, encodeDmRequest } from "../../../src/bytes/dm-ioctl.ts";

const target = { start: 0, length: 16, type: "verity", text: "1 254:3 254:2" };

test("a request has the layout of linux/dm-ioctl.h", () => {
  const bytes = encodeDmRequest({
    name: "usr",
    uuid: "CRYPT-VERITY-6f-usr",
    flags: DmFlag.readonly,
    targets: [target, target],
  });
  expect([bytes.readUInt32LE(0), bytes.readUInt32LE(12), bytes.readUInt32LE(16)]).toEqual([
    4,
    bytes.length,
    312,
  ]);
  expect([bytes.readUInt32LE(20), bytes.readUInt32LE(28)]).toEqual([2, 1]);
  expect(bytes.toString("latin1", 48, 52)).toBe("usr\0");
  expect(bytes.toString("latin1", 176, 196)).toBe("CRYPT-VERITY-6f-usr\0");
  // 40 bytes of specification, 13 of text, a zero, then up to a multiple of 8.
  expect(bytes.readUInt32LE(312 + 20)).toBe(56);
  expect(bytes.toString("latin1", 312 + 56 + 24, 312 + 56 + 30)).toBe("verity");
});

test("an answer is read with its device and each target's words", () => {
  const bytes = encodeDmRequest({ name: "usr", targets: [{ ...target, text: "V" }, target] });
  // The kernel counts "next" from the beginning of the data.
  bytes.writeUInt32LE(48, 312 + 20);
  bytes.writeUInt32LE(104, 312 + 48 + 20);
  bytes.writeBigUInt64LE(0xfd05n + (0x1n << 20n), 40);
  expect(decodeDmAnswer(bytes)).toEqual({
    flags: 0,
    device: "253:261",
    targets: [{ ...target, text: "V" }, target],
  });
});

test("an answer that did not fit is an error, and so is a name that is too long", () => {
  const bytes = encodeDmRequest({ name: "usr", flags: DmFlag.bufferFull });
  expect(() => decodeDmAnswer(bytes)).toThrow("more than");
  expect(() => encodeDmRequest({ name: "x".repeat(128) })).toThrow("too long");
});
