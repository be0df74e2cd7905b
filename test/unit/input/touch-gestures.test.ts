import { describe, expect, test } from "vitest";
import { touchGestures } from "../../../src/input/evdev/touch-gestures.ts";

const at = (kind: "down" | "move" | "up" | "cancel", x: number, y: number, time = 0) => ({
  kind,
  x,
  y,
  time,
});

describe("one finger", () => {
  test("down and up on one spot is a tap", () => {
    const touch = touchGestures(10);
    expect(touch.contact(at("down", 50, 50))).toEqual([{ kind: "press", x: 50, y: 50 }]);
    expect(touch.contact(at("move", 54, 53))).toEqual([]);
    expect(touch.contact(at("up", 54, 53))).toEqual([{ kind: "tap", x: 54, y: 53 }]);
  });

  test("a finger that moves further drags and never taps, also when it comes back", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 50));
    expect(touch.contact(at("move", 50, 80, 50))).toEqual([{ kind: "cancel" }, { kind: "drag", dy: 30 }]);
    expect(touch.contact(at("move", 50, 51, 100))).toEqual([{ kind: "drag", dy: -29 }]);
    expect(touch.contact(at("up", 50, 50, 600))).toEqual([{ kind: "fling", velocity: 0 }]);
  });

  test("a finger that is lifted while it moves flings with the speed of its last way", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 500, 0));
    for (let time = 10; time <= 100; time += 10) touch.contact(at("move", 50, 500 - time * 2, time));
    expect(touch.contact(at("up", 50, 300, 100))).toEqual([{ kind: "fling", velocity: -2 }]);
  });

  test("a finger that rested before it was lifted does not fling", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 500, 0));
    touch.contact(at("move", 50, 300, 50));
    expect(touch.contact(at("up", 50, 300, 400))).toEqual([{ kind: "fling", velocity: 0 }]);
  });

  test("a drag that is cancelled stays where it is", () => {
    const touch = touchGestures(10);
    touch.contact(at("down", 50, 500, 0));
    touch.contact(at("move", 50, 300, 10));
    expect(touch.contact(at("cancel", 50, 300, 11))).toEqual([{ kind: "fling", velocity: 0 }]);
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
