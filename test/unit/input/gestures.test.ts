import { describe, expect, test } from "vitest";
import { Key } from "../../../src/bytes/input-event.ts";
import { keyGestures, SHORT_PRESS_MS, touchGestures } from "../../../src/input/evdev/gestures.ts";

describe("keys", () => {
  test("volume moves on press and repeats while it is held", () => {
    const keys = keyGestures([]);
    expect(keys.key(Key.volumeDown, 1, 0)).toEqual({ kind: "next" });
    expect(keys.repeating()).toEqual({ kind: "next" });
    expect(keys.key(Key.volumeDown, 2, 250)).toBeNull();
    expect(keys.key(Key.volumeDown, 0, 300)).toBeNull();
    expect(keys.repeating()).toBeNull();
    expect(keys.key(Key.volumeUp, 1, 400)).toEqual({ kind: "previous" });
  });

  test("a short press of power chooses on release, a long one does nothing", () => {
    const keys = keyGestures([]);
    expect(keys.key(Key.power, 1, 0)).toBeNull();
    expect(keys.key(Key.power, 0, 200)).toEqual({ kind: "choose" });
    expect(keys.key(Key.power, 1, 1000)).toBeNull();
    expect(keys.key(Key.power, 0, 1001 + SHORT_PRESS_MS)).toBeNull();
  });

  test("a key held since power-on does not count until it was released", () => {
    const keys = keyGestures([Key.volumeDown, Key.power]);
    expect(keys.key(Key.volumeDown, 2, 10)).toBeNull();
    expect(keys.key(Key.volumeDown, 1, 20)).toBeNull();
    expect(keys.key(Key.power, 0, 30)).toBeNull();
    expect(keys.key(Key.volumeDown, 0, 40)).toBeNull();
    expect(keys.key(Key.volumeDown, 1, 50)).toEqual({ kind: "next" });
  });

  test("a keyboard chooses with enter and goes back with escape, on press", () => {
    const keys = keyGestures([]);
    expect(keys.key(Key.enter, 1, 0)).toEqual({ kind: "choose" });
    expect(keys.key(Key.enter, 0, 1)).toBeNull();
    expect(keys.key(Key.esc, 1, 2)).toEqual({ kind: "back" });
    expect(keys.key(Key.up, 1, 3)).toEqual({ kind: "previous" });
    expect(keys.key(30, 1, 4)).toBeNull();
  });

  test("after lost events nothing repeats and what is down then is ignored", () => {
    const keys = keyGestures([]);
    keys.key(Key.volumeDown, 1, 0);
    keys.reset([Key.volumeDown]);
    expect(keys.repeating()).toBeNull();
    expect(keys.key(Key.volumeDown, 0, 10)).toBeNull();
    expect(keys.key(Key.volumeDown, 1, 20)).toEqual({ kind: "next" });
  });
});

describe("one finger", () => {
  const at = (kind: "down" | "move" | "up" | "cancel", x: number, y: number) => ({ kind, x, y });

  test("down and up on one spot is a tap", () => {
    const touch = touchGestures(10);
    expect(touch.contact(at("down", 50, 50))).toEqual([{ kind: "press", x: 50, y: 50 }]);
    expect(touch.contact(at("move", 54, 53))).toEqual([]);
    expect(touch.contact(at("up", 54, 53))).toEqual([{ kind: "tap", x: 54, y: 53 }]);
  });

  test("a finger that moves further drags and never taps, also when it comes back", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 50));
    expect(touch.contact(at("move", 50, 80))).toEqual([{ kind: "cancel" }, { kind: "drag", dy: 30 }]);
    expect(touch.contact(at("move", 50, 51))).toEqual([{ kind: "drag", dy: -29 }]);
    expect(touch.contact(at("up", 50, 50))).toEqual([{ kind: "cancel" }]);
  });

  test("an up without a down, and one after a cancel, is nothing", () => {
    const touch = touchGestures(10);
    expect(touch.contact(at("up", 50, 50))).toEqual([]);
    touch.contact(at("down", 50, 50));
    expect(touch.contact(at("cancel", 50, 50))).toEqual([{ kind: "cancel" }]);
    expect(touch.contact(at("up", 50, 50))).toEqual([]);
  });

  test("an up that is far from the down without a move between is no tap", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 50));
    expect(touch.contact(at("up", 200, 50))).toEqual([{ kind: "cancel" }]);
  });
});
