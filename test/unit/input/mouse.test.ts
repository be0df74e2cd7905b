import { describe, expect, test } from "vitest";
import { Axis, EventType, type InputEvent, Key, Relative } from "../../../src/bytes/input-event.ts";
import { dialKeys, hatKeys } from "../../../src/input/evdev/hat.ts";
import { mouseGestures } from "../../../src/input/evdev/mouse.ts";

const event = (type: number, code: number, value: number): InputEvent => ({ time: 7, type, code, value });
const report = event(EventType.syn, 0, 0);

describe("a mouse", () => {
  test("one report is one movement, with its button and its wheel", () => {
    const mouse = mouseGestures();
    const feed = (...events: InputEvent[]) => [...events, report].flatMap((each) => mouse.feed(each));
    const [x, y] = [Relative.x, Relative.y].map((code) => (by: number) => event(EventType.rel, code, by));
    if (x === undefined || y === undefined) throw new Error("no axes");
    expect(feed(x(3), y(-2), x(1))).toEqual([{ kind: "move", dx: 4, dy: -2 }]);
    expect(feed(event(EventType.key, Key.buttonLeft, 1))).toEqual([{ kind: "button", down: true, time: 7 }]);
    expect(feed(event(EventType.rel, Relative.wheel, -2))).toEqual([{ kind: "wheel", notches: -2 }]);
    expect(feed()).toEqual([]);
  });
});

describe("a knob", () => {
  const turned = (value: number) =>
    dialKeys({ time: 3, type: EventType.rel, code: Relative.dial, value }).map(({ code, value }) => [
      code,
      value,
    ]);

  test("presses down for each notch clockwise, and up for each the other way", () => {
    expect(turned(1)).toEqual([
      [Key.dpadDown, 1],
      [Key.dpadDown, 0],
    ]);
    expect(turned(-2).filter(([, value]) => value === 1)).toEqual([
      [Key.dpadUp, 1],
      [Key.dpadUp, 1],
    ]);
    expect(turned(0)).toEqual([]);
  });

  test("does not turn for ever where its driver says so", () => {
    expect(turned(2_147_483_647)).toHaveLength(20);
    expect(turned(-2_147_483_648)).toHaveLength(20);
  });
});

describe("a hat", () => {
  test("becomes the keys of a d-pad, also when it goes from one side to the other at once", () => {
    const hat = hatKeys();
    const keys = (value: number) =>
      hat(event(EventType.abs, Axis.hatY, value)).map(({ type, code, value }) => [type, code, value]);
    expect(keys(1)).toEqual([[EventType.key, Key.dpadDown, 1]]);
    expect(keys(1)).toEqual([]);
    expect(keys(-1)).toEqual([
      [EventType.key, Key.dpadDown, 0],
      [EventType.key, Key.dpadUp, 1],
    ]);
    expect(keys(0)).toEqual([[EventType.key, Key.dpadUp, 0]]);
    expect(hat(report)).toEqual([report]);
  });
});
