import { expect, test } from "vitest";
import {
  bootOptionName,
  bootOptionNumber,
  decodeBootNumbers,
  decodeBootOption,
  encodeBootNumbers,
} from "../../../src/bytes/boot-option.ts";
import { craftBootOption, craftNumbers } from "../../fixtures/boot-options.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

test("a boot option tells its description and whether it is active", () => {
  expect(decodeBootOption(craftBootOption("System A"), "Boot0001")).toEqual({
    active: true,
    description: "System A",
  });
  expect(decodeBootOption(craftBootOption("B", false), "Boot0001")).toMatchObject({ active: false });
});

test.each<[string, Buffer, RegExp]>([
  ["nothing", Buffer.alloc(0), /^Boot0001 has 0 bytes/],
  [
    "a description without an end",
    Buffer.from("0100000004004100", "hex"),
    /^the description in Boot0001 has no end/,
  ],
])("%s is refused", (_, bytes, told) => {
  expect(() => decodeBootOption(bytes, "Boot0001")).toThrow(told);
});

test("numbers of boot options come back as they were written, and their names as the firmware spells them", () => {
  expect(encodeBootNumbers([1, 0x2a, 0xffff])).toEqual(craftNumbers(1, 0x2a, 0xffff));
  expect(decodeBootNumbers(craftNumbers(3, 0), "BootOrder")).toEqual([3, 0]);
  expect(decodeBootNumbers(Buffer.alloc(0), "BootOrder")).toEqual([]);
  expect(() => decodeBootNumbers(Buffer.alloc(3), "BootOrder")).toThrow(/^BootOrder has 3 bytes/);
  expect(bootOptionName(0x2a)).toBe("Boot002A");
  expect([bootOptionNumber("Boot002A"), bootOptionNumber("BootOrder"), bootOptionNumber("Boot00")]).toEqual([
    0x2a,
    null,
    null,
  ]);
});

fuzz("boot options", [craftBootOption("System A")], (bytes) => {
  decodeBootOption(bytes, "Boot0001");
  decodeBootNumbers(bytes, "BootOrder");
});
