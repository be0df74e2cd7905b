import { expect, test } from "vitest";
import { EFFECT_SIZE, effectId, encodePlay, encodeRumble } from "../../../src/bytes/rumble.ts";

/** Offsets as a C program with linux/input.h prints them: type 0, id 2, replay.length 10, u.rumble 16. */
test("an effect has its type, its length and both motors, and no number yet", () => {
  const effect = encodeRumble(20);
  expect(effect).toHaveLength(EFFECT_SIZE);
  expect(effectId(effect)).toBe(-1);
  expect([0, 10, 16, 18].map((at) => effect.readUInt16LE(at))).toEqual([0x50, 20, 0xffff, 0xffff]);
});

test("to play it is an event with its number and once", () => {
  const play = encodePlay(3);
  expect(play).toHaveLength(24);
  expect([play.readUInt16LE(16), play.readUInt16LE(18), play.readInt32LE(20)]).toEqual([0x15, 3, 1]);
});
