import { describe, expect, test } from "vitest";
import { Key } from "../../../src/bytes/input-event.ts";
import {
  type KeyContext,
  keyGestures,
  REPEAT,
  SHORT_PRESS_MS,
} from "../../../src/input/evdev/key-gestures.ts";

const LIST: KeyContext = { dangerous: false, typing: false };
const DANGER: KeyContext = { dangerous: true, typing: false };
const ENTRY: KeyContext = { dangerous: false, typing: true };

const next = { kind: "next" };
const choose = { kind: "choose" };
const holdDown = { kind: "hold", key: null, down: true };
const holdUp = { kind: "hold", key: null, down: false };

describe("three keys", () => {
  test("volume moves on press, and again and again while it is held", () => {
    const keys = keyGestures([]);
    expect(keys.key(Key.volumeDown, 1, 0, LIST)).toEqual([next]);
    expect(keys.key(Key.volumeDown, 2, 250, LIST)).toEqual([]);
    expect(keys.due()).toBe(REPEAT.delay);
    expect(keys.advance(REPEAT.delay - 1, LIST)).toEqual([]);
    expect(keys.advance(REPEAT.delay, LIST)).toEqual([next]);
    expect(keys.due()).toBe(REPEAT.delay + REPEAT.period);
    expect(keys.key(Key.volumeDown, 0, 500, LIST)).toEqual([]);
    expect(keys.due()).toBeNull();
    expect(keys.key(Key.volumeUp, 1, 600, LIST)).toEqual([{ kind: "previous" }]);
  });

  test("after a pause of the process a held key moves once, not as often as it would have", () => {
    const keys = keyGestures([]);
    keys.key(Key.volumeDown, 1, 0, LIST);
    expect(keys.advance(60_000, LIST)).toEqual([next]);
    expect(keys.due()).toBe(60_000 + REPEAT.period);
  });

  test("a short press of power chooses on release, a long one does nothing", () => {
    const keys = keyGestures([]);
    expect(keys.key(Key.power, 1, 0, LIST)).toEqual([]);
    expect(keys.due()).toBeNull();
    expect(keys.key(Key.power, 0, 200, LIST)).toEqual([choose]);
    keys.key(Key.power, 1, 1000, LIST);
    expect(keys.key(Key.power, 0, 1001 + SHORT_PRESS_MS, LIST)).toEqual([]);
  });

  test.each([
    ["power", Key.power],
    ["enter", Key.enter],
    ["a pad's button", Key.buttonSouth],
  ])("%s held on a dangerous item holds it, and a short press says what to do", (_, code) => {
    const keys = keyGestures([]);
    expect(keys.key(code, 1, 0, DANGER)).toEqual([holdDown]);
    expect(keys.key(code, 0, 2900, DANGER)).toEqual([holdUp]);
    expect(keys.key(code, 1, 4000, DANGER)).toEqual([holdDown]);
    expect(keys.key(code, 0, 4100, DANGER)).toEqual([holdUp, choose]);
  });

  test("a hold that began ends, whatever has the focus by then, and when events were lost", () => {
    const keys = keyGestures([]);
    keys.key(Key.power, 1, 0, DANGER);
    expect(keys.key(Key.power, 0, 3100, LIST)).toEqual([holdUp]);
    keys.key(Key.power, 1, 4000, DANGER);
    expect(keys.reset([Key.power])).toEqual([holdUp]);
    expect(keys.key(Key.power, 0, 4100, LIST)).toEqual([]);
  });

  test("a key held since power-on does not count until it was released", () => {
    const keys = keyGestures([Key.volumeDown, Key.power]);
    expect(keys.key(Key.volumeDown, 2, 10, LIST)).toEqual([]);
    expect(keys.key(Key.volumeDown, 1, 20, LIST)).toEqual([]);
    expect(keys.key(Key.power, 0, 30, DANGER)).toEqual([]);
    expect(keys.key(Key.volumeDown, 0, 40, LIST)).toEqual([]);
    expect(keys.key(Key.volumeDown, 1, 50, LIST)).toEqual([next]);
  });

  test("after lost events nothing repeats and what is down then is ignored", () => {
    const keys = keyGestures([]);
    keys.key(Key.volumeDown, 1, 0, LIST);
    keys.reset([Key.volumeDown]);
    expect(keys.due()).toBeNull();
    expect(keys.key(Key.volumeDown, 0, 10, LIST)).toEqual([]);
    expect(keys.key(Key.volumeDown, 1, 20, LIST)).toEqual([next]);
  });
});

describe("a single key", () => {
  test("a short press moves, a long one chooses as soon as it is long", () => {
    const keys = keyGestures([], "one");
    expect(keys.key(Key.power, 1, 0, LIST)).toEqual([]);
    expect(keys.key(Key.power, 0, 200, LIST)).toEqual([next]);
    keys.key(Key.power, 1, 1000, LIST);
    expect(keys.due()).toBe(1000 + SHORT_PRESS_MS);
    expect(keys.advance(1000 + SHORT_PRESS_MS, LIST)).toEqual([choose]);
    expect(keys.key(Key.power, 0, 2500, LIST)).toEqual([]);
  });

  test("on a dangerous item a short press moves on and a long one holds, choosing nothing", () => {
    const keys = keyGestures([], "one");
    expect(keys.key(Key.power, 1, 0, DANGER)).toEqual([holdDown]);
    expect(keys.due()).toBeNull();
    expect(keys.key(Key.power, 0, 200, DANGER)).toEqual([holdUp, next]);
    keys.key(Key.power, 1, 1000, DANGER);
    expect(keys.key(Key.power, 0, 4200, DANGER)).toEqual([holdUp]);
  });
});

describe("a keyboard", () => {
  const keys = keyGestures([]);
  const type = (context: KeyContext, ...codes: number[]) =>
    codes.flatMap((code) => [...keys.key(code, 1, 0, context), ...keys.key(code, 0, 1, context)]);

  test("arrows move, enter and space choose, escape and backspace go back", () => {
    expect(type(LIST, Key.up, Key.down, Key.enter, Key.space, Key.esc, Key.backspace)).toEqual([
      { kind: "previous" },
      next,
      choose,
      choose,
      { kind: "back" },
      { kind: "back" },
    ]);
  });

  test("digits name items, of the keypad too; other letters do nothing", () => {
    expect(type(LIST, 2, 10, 11, 79, 30)).toEqual([
      { kind: "item", number: 1 },
      { kind: "item", number: 9 },
      { kind: "item", number: 1 },
    ]);
  });

  test("where a text is asked for letters are typed, with shift; enter ends it and backspace erases", () => {
    keys.key(Key.leftShift, 1, 0, ENTRY);
    expect(type(ENTRY, 30, 3)).toEqual([
      { kind: "type", text: "A" },
      { kind: "type", text: "@" },
    ]);
    keys.key(Key.leftShift, 0, 0, ENTRY);
    expect(type(ENTRY, 30, 3, 12, Key.space, Key.backspace, Key.enter)).toEqual([
      { kind: "type", text: "a" },
      { kind: "type", text: "2" },
      { kind: "type", text: "-" },
      { kind: "type", text: " " },
      { kind: "erase" },
      { kind: "submit" },
    ]);
  });

  test("three keys work a text entry too: they move over its keys and choose one", () => {
    expect(type(ENTRY, Key.volumeDown, Key.power, Key.buttonSouth)).toEqual([next, choose, choose]);
  });
});
