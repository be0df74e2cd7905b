import { expect, it } from "vitest";
import { CONTENT_SPAN, knownContent } from "../../../src/bytes/known-content.ts";

it.each([
  [0, "4c554b53babe", "LUKS"],
  [1080, "53ef", "ext4"],
  [0x10040, "5f42485266535f4d", "btrfs"],
  [4086, "53574150535041434532", "swap"],
  [512, "4546492050415254", "a partition table"],
])("knows what has at %i the bytes %s", (offset, hex, name) => {
  const start = Buffer.alloc(CONTENT_SPAN);
  start.write(hex, offset, "hex");
  expect(knownContent(start)).toBe(name);
});

it("knows nothing in zeros, in noise and in less than it wants to see", () => {
  expect(knownContent(Buffer.alloc(CONTENT_SPAN))).toBeNull();
  expect(knownContent(Buffer.alloc(CONTENT_SPAN, 0xa5))).toBeNull();
  expect(knownContent(Buffer.alloc(0))).toBeNull();
});
