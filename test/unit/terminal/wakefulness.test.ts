import { expect, test } from "vitest";
import { KeyParser } from "../../../src/terminal/keys.ts";
import { Wakefulness } from "../../../src/terminal/wakefulness.ts";

test("the first choosing key after silence only wakes; the second one counts", () => {
  const wakefulness = new Wakefulness();
  expect(wakefulness.choice(0, false)).toBe("wakes");
  expect(wakefulness.choice(500, false)).toBe("taken");
  expect(wakefulness.choice(59_000, false)).toBe("taken");
  expect(wakefulness.choice(200_000, false)).toBe("wakes");
});

test("two bytes of one burst are not two presses", () => {
  const wakefulness = new Wakefulness();
  expect(wakefulness.choice(0, false)).toBe("wakes");
  expect(wakefulness.choice(1, false)).toBe("wakes");
  expect(wakefulness.choice(200, false)).toBe("taken");
});

test("who moved before is there", () => {
  const wakefulness = new Wakefulness();
  wakefulness.sign(0);
  expect(wakefulness.choice(1, false)).toBe("taken");
});

test("nothing is chosen for two seconds after noise, not even by a whole line", () => {
  const wakefulness = new Wakefulness();
  wakefulness.sign(0);
  wakefulness.noisy(10);
  expect(wakefulness.choice(20, false)).toBe("noise");
  expect(wakefulness.choice(1000, true)).toBe("noise");
  expect(wakefulness.choice(2500, true)).toBe("taken");
});

test("a line that was typed needs nobody to be awake", () => {
  expect(new Wakefulness().choice(0, true)).toBe("taken");
});

test("bytes that no terminal sends for a key are counted as noise, keys are not", () => {
  const keys = new KeyParser();
  keys.feed(Buffer.from("\x1b[A\x1b[5~jk12\r\x1b[24;80R\x08", "latin1"));
  expect(keys.noise).toBe(0);
  keys.feed(Buffer.from([0xff, 0x00, 0x80, 0x1b, 0x5b, 0x00]));
  expect(keys.noise).toBe(4);
});
