import { describe, expect, test } from "vitest";
import { type AblSlots, activeSlot, nextStart, setActive } from "../../../src/boot-control/abl.ts";
import { decodeAndroid, encodeAndroid } from "../../../src/bytes/android-attributes.ts";

/** Slots from the bytes that lie at entry offset 54. */
const slots = (a: number, b: number): AblSlots => [decodeAndroid(a), decodeAndroid(b)];
const bytes = (of: AblSlots) => of.map((slot) => encodeAndroid(slot).toString(16));

test("bytes of real devices mean what ABL and qbootctl mean by them", () => {
  const fresh = { priority: 3, active: true, retry: 7, successful: false, unbootable: false };
  expect(decodeAndroid(0x3f)).toEqual(fresh);
  expect(decodeAndroid(0x0f)).toEqual({ ...fresh, retry: 1 });
  expect(decodeAndroid(0x7f)).toEqual({ ...fresh, successful: true });
  expect(decodeAndroid(0x7b)).toEqual({ ...fresh, active: false, successful: true });
  expect(decodeAndroid(0x80)).toMatchObject({ priority: 0, unbootable: true });
});

test("every byte survives being read and written", () => {
  for (let byte = 0; byte < 256; byte++) expect(encodeAndroid(decodeAndroid(byte))).toBe(byte);
});

test("numbers that do not fit are never written", () => {
  const fits = decodeAndroid(0x3f);
  for (const wrong of [{ priority: 4 }, { priority: -1 }, { retry: 8 }, { retry: 1.5 }]) {
    expect(() => encodeAndroid({ ...fits, ...wrong })).toThrow(RangeError);
  }
});

describe("the next start by ABL's rule", () => {
  test.each<[string, [number, number], [string, number | null], [string, string]]>([
    ["boots a confirmed slot and writes nothing", [0x7f, 0x3a], ["boot", 0], ["7f", "3a"]],
    ["takes a try of a slot that is not confirmed", [0x3f, 0x3a], ["boot", 0], ["37", "3a"]],
    ["takes the last try", [0x0f, 0x3a], ["boot", 0], ["7", "3a"]],
    ["follows ACTIVE, not the priority alone", [0x3b, 0x3e], ["boot", 1], ["3b", "36"]],
    ["takes the higher priority of two active ones", [0x3e, 0x3f], ["boot", 1], ["3e", "37"]],
    ["takes the first of two equal ones", [0x3f, 0x3f], ["boot", 0], ["37", "3f"]],
    ["switches to a confirmed slot when tries are used up", [0x07, 0x7a], ["switch", 1], ["82", "7f"]],
    ["switches away from a slot that was marked bad", [0xff, 0x7a], ["switch", 1], ["fa", "7f"]],
    ["never falls back to a slot that was not confirmed", [0x07, 0x3a], ["fastboot", null], ["87", "3a"]],
    ["never falls back to a slot that was marked bad", [0x07, 0xfa], ["fastboot", null], ["87", "fa"]],
    ["starts a device that was never started with slot a", [0x00, 0x00], ["boot", 0], ["37", "0"]],
    ["knows no slot where none is active", [0x3b, 0x3a], ["fastboot", null], ["3b", "3a"]],
    ["does not take an active slot of priority 0", [0x3c, 0x00], ["fastboot", null], ["3c", "0"]],
  ])("%s", (_, [a, b], [kind, index], after) => {
    const outcome = nextStart(slots(a, b));
    expect([outcome.kind, outcome.kind === "fastboot" ? null : outcome.index]).toEqual([kind, index]);
    expect(bytes(outcome.slots)).toEqual(after);
  });

  test("a slot that never confirms itself is started as often as it has tries, then ABL switches", () => {
    let now = slots(0x3f, 0x7a);
    const seen: string[] = [];
    for (let round = 0; round < 9; round++) {
      const { kind, slots: after } = nextStart(now);
      seen.push(kind);
      now = after;
    }
    expect(seen).toEqual([...Array(7).fill("boot"), "switch", "boot"]);
    expect(activeSlot(now)).toBe(1);
  });
});

test("a slot that is set active gets the bytes that fastboot set_active writes", () => {
  expect(bytes(setActive(slots(0x7f, 0x00), 1, 7))).toEqual(["7a", "3f"]);
  expect(bytes(setActive(slots(0x7a, 0xbf), 0, 7))).toEqual(["7f", "ba"]);
});
