import { expect, test } from "vitest";
import { pixelsPerUnit } from "../../../src/panel/geometry.ts";

const PHONE = { width: 720, height: 1440 };
const GUESSED = 720 / 360;

test("millimetres that can be are believed: a phone's panel is drawn as large as it is", () => {
  expect(pixelsPerUnit({ ...PHONE, mmWidth: 68, mmHeight: 136 })).toBeCloseTo(268.9 / 160, 2);
  expect(pixelsPerUnit({ width: 1080, height: 2340, mmWidth: 68, mmHeight: 148 })).toBeCloseTo(401 / 160, 1);
});

test.each([
  ["none", 0, 0],
  ["one side alone", 68, 0],
  ["a millimetre", 1, 1],
  ["the ratio of the sides instead of millimetres, as projectors have it", 16, 9],
  ["the largest that an EDID can say, in centimetres", 2550, 2550],
  ["all bits set", 0xffff_ffff, 0xffff_ffff],
  ["those of a panel that lies on its side", 136, 68],
  ["those that an emulator makes up for 96 dpi", 190, 381],
])("millimetres that say nothing are not: %s", (_what, mmWidth, mmHeight) => {
  expect(pixelsPerUnit({ ...PHONE, mmWidth, mmHeight })).toBe(GUESSED);
});
