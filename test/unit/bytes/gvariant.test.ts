import { describe, expect, test } from "vitest";
import { decodeVariant, lookup } from "../../../src/bytes/gvariant.ts";
import { decodeOstreeCommit } from "../../../src/bytes/ostree-commit.ts";
import { fuzz } from "../../fixtures/fuzz.ts";
import { COMMITS } from "../../fixtures/systems/ostree.ts";

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");

describe("values in GVariant's serialised form", () => {
  // The examples of the GVariant Specification 1.0, section 2.7.
  test.each([
    ["s", "68656c6c6f20776f726c6400", "hello world"],
    ["ms", "68656c6c6f20776f726c640000", "hello world"],
    ["ms", "", null],
    ["ab", "0100000101", [true, false, false, true, true]],
    ["(si)", "666f6f00 ffffffff 04", ["foo", -1]],
    [
      "a(si)",
      "686900 00 feffffff 03 00 00 00 627965 00 ffffffff 04 09 15",
      [
        ["hi", -2],
        ["bye", -1],
      ],
    ],
    ["as", "6900 63616e00 68617300 737472696e67733f00 02 06 0a 13", ["i", "can", "has", "strings?"]],
    [
      "((ys)as)",
      "6963616e00 68617300 737472696e67733f00 04 0d 05",
      [
        [0x69, "can"],
        ["has", "strings?"],
      ],
    ],
    ["(yy)", "7080", [0x70, 0x80]],
    ["(iy)", "60000000 70 000000", [96, 0x70]],
    [
      "a(iy)",
      "60000000 70 000000 88020000 f7 000000",
      [
        [96, 0x70],
        [648, 0xf7],
      ],
    ],
    ["ai", "04000000 02010000", [4, 258]],
    ["{si}", "61206b657900 0000 02020000 06", ["a key", 514]],
  ])("%s", (type, bytes, value) => {
    expect(decodeVariant(type, hex(bytes), "example")).toEqual(value);
  });

  test.each([
    ["a text without its end", "s", "6869"],
    ["a number that is cut off", "(si)", "666f6f00 ffffff 04"],
    ["an element that ends before it begins", "as", "6900 6300 04 02"],
    ["a table of ends outside", "as", "6900 ff"],
    ["a variant without a type", "v", "6869"],
    ["a type that is none", "(s", "00"],
    ["a type nested without end", `${"a".repeat(99)}y`, "00"],
  ])("%s is refused", (_what, type, bytes) => {
    expect(() => decodeVariant(type, hex(bytes), "/some/file")).toThrow(/^\/some\/file: /);
  });
});

describe("a commit of OSTree", () => {
  const bytes = hex(COMMITS["24.2"].bytes);

  test("says its version, its time and its parent", () => {
    expect(decodeOstreeCommit(bytes, "commit")).toEqual({
      version: "24.2",
      time: Date.parse("2024-03-01T12:00Z") / 1000,
      subject: "release 24.2",
      parent: "863b3d6a3e6572c99335c54b5a9134f407c71bcf6c654583253f970e52bfc962",
      packages: null,
    });
  });

  test.each([
    ["zero", 0n],
    ["beyond every date", 0xffff_ffff_ffffn],
  ])("has no time where that is %s", (_what, time) => {
    const changed = Buffer.from(bytes);
    const at = changed.indexOf(hex("0000000065e1c340"));
    changed.writeBigUInt64BE(time, at);
    expect(decodeOstreeCommit(changed, "commit").time).toBeNull();
  });

  fuzz(
    "an OSTree commit",
    Object.values(COMMITS).map((each) => hex(each.bytes)),
    (input) => decodeOstreeCommit(input, "commit"),
  );
  fuzz("a dictionary in GVariant", [bytes.subarray(0, 0x28)], (input) =>
    lookup(decodeVariant("a{sv}", input, "dictionary"), "version"),
  );
});
