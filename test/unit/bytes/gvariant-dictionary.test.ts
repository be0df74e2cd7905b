import { describe, expect, test } from "vitest";
import { decodeVariant, lookup } from "../../../src/bytes/gvariant.ts";
import { encodeDictionary } from "../../../src/bytes/gvariant-dictionary.ts";

describe("a dictionary in GVariant", () => {
  const pair = Buffer.from(new BigUint64Array([64768n, 131_074n]).buffer);

  test("with one entry has the 55 bytes that OSTree's own prepare-root writes for a booted deployment", () => {
    const bytes = encodeDictionary({ "backing-root-device-inode": { type: "(tt)", bytes: pair } });
    const text = "backing-root-device-inode\0\0\0\0\0\0\0";
    expect(bytes.toString("hex")).toBe(
      `${Buffer.from(text).toString("hex")}00fd0000000000000200020000000000${"00287474291a36"}`,
    );
  });

  test("reads back, each value where its type has it", () => {
    const bytes = encodeDictionary({
      "backing-root-device-inode": { type: "(tt)", bytes: pair },
      composefs: { type: "b", bytes: Buffer.from([1]) },
    });
    const read = decodeVariant("a{sv}", bytes, "dictionary");
    expect(lookup(read, "backing-root-device-inode")).toEqual([64768n, 131_074n]);
    expect(lookup(read, "composefs")).toBe(true);
  });

  test("that is larger than offsets of one byte reach is refused", () => {
    expect(() => encodeDictionary({ key: { type: "ay", bytes: Buffer.alloc(300) } })).toThrow(RangeError);
  });
});
