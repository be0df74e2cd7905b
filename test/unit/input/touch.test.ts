import { describe, expect, test } from "vitest";
import { Axis, EventType, type InputEvent, Key } from "../../../src/bytes/input-event.ts";
import { type TouchSnapshot, TouchTracker } from "../../../src/input/evdev/touch.ts";
import type { Contact } from "../../../src/input/evdev/touch-gestures.ts";

const AXES = { x: { value: 0, minimum: 0, maximum: 999 }, y: { value: 0, minimum: 100, maximum: 1099 } };
const UP = { x: 0, y: 100, down: false };
const nothing: TouchSnapshot = { currentSlot: 0, fingers: [UP, UP] };

const abs = (code: number, value: number): InputEvent => ({ time: 0, type: EventType.abs, code, value });
const key = (code: number, value: number): InputEvent => ({ time: 0, type: EventType.key, code, value });
const report: InputEvent = { time: 0, type: EventType.syn, code: 0, value: 0 };
const [slot, id, x, y] = [Axis.slot, Axis.trackingId, Axis.positionX, Axis.positionY];

function feed(tracker: TouchTracker, ...events: InputEvent[]): Omit<Contact, "time">[] {
  return [...events, report]
    .flatMap((event) => tracker.feed(event))
    .map(({ time: _, ...contact }) => contact);
}

describe("protocol B", () => {
  const tracker = (start = nothing) => new TouchTracker("slots", AXES, Key.touch, start);

  test("down, move and up of one finger, in shares of the axes", () => {
    const touch = tracker();
    expect(feed(touch, abs(id, 7), abs(x, 500), abs(y, 350))).toEqual([{ kind: "down", x: 0.5, y: 0.25 }]);
    expect(feed(touch, abs(x, 510))).toEqual([{ kind: "move", x: 0.51, y: 0.25 }]);
    expect(feed(touch)).toEqual([]);
    expect(feed(touch, abs(id, -1))).toEqual([{ kind: "up", x: 0.51, y: 0.25 }]);
  });

  test("a finger that comes down where the last one was has no position events and still has a place", () => {
    const touch = tracker({ currentSlot: 1, fingers: [UP, { x: 250, y: 600, down: false }] });
    expect(feed(touch, abs(id, 8))).toEqual([{ kind: "down", x: 0.25, y: 0.5 }]);
  });

  test("the first events belong to the slot that the kernel named, also without a slot event", () => {
    const touch = tracker({ currentSlot: 1, fingers: [UP, UP] });
    expect(feed(touch, abs(id, 1), abs(x, 100), abs(y, 100))).toHaveLength(1);
    expect(feed(touch, abs(slot, 0), abs(id, -1))).toEqual([]);
    expect(feed(touch, abs(slot, 1), abs(id, -1))).toEqual([{ kind: "up", x: 0.1, y: 0 }]);
  });

  test("a second finger cancels, and nothing counts until all are up", () => {
    const touch = tracker();
    feed(touch, abs(id, 1), abs(x, 100), abs(y, 200));
    expect(feed(touch, abs(slot, 1), abs(id, 2), abs(x, 900), abs(y, 200))).toEqual([
      { kind: "cancel", x: 0.1, y: 0.1 },
    ]);
    expect(feed(touch, abs(slot, 0), abs(id, -1))).toEqual([]);
    expect(feed(touch, abs(slot, 1), abs(id, -1))).toEqual([]);
    expect(feed(touch, abs(slot, 0), abs(id, 3))).toEqual([{ kind: "down", x: 0.1, y: 0.1 }]);
  });

  test("two fingers in one packet are no touch of one finger", () => {
    const touch = tracker();
    expect(feed(touch, abs(id, 1), abs(slot, 1), abs(id, 2))).toEqual([]);
    expect(feed(touch, abs(slot, 0), abs(id, -1), abs(slot, 1), abs(id, -1))).toEqual([]);
  });

  test("a new finger in the same slot and packet is not a move of the old one", () => {
    const touch = tracker();
    feed(touch, abs(id, 1), abs(x, 100), abs(y, 200));
    expect(feed(touch, abs(id, -1), abs(id, 2), abs(x, 900))).toMatchObject([{ kind: "cancel" }]);
  });

  test("a finger that was down when the menu came does nothing until it was lifted", () => {
    const touch = tracker({ currentSlot: 0, fingers: [{ x: 500, y: 500, down: true }, UP] });
    expect(feed(touch, abs(x, 510))).toEqual([]);
    expect(feed(touch, abs(id, -1))).toEqual([]);
    expect(feed(touch, abs(id, 2))).toMatchObject([{ kind: "down" }]);
  });

  test("lost events cancel what was going on; the finger that is still down then does not tap", () => {
    const touch = tracker();
    feed(touch, abs(id, 1), abs(x, 100), abs(y, 200));
    const now = { currentSlot: 0, fingers: [{ x: 120, y: 220, down: true }, UP] };
    expect(touch.resync(now)).toMatchObject([{ kind: "cancel" }]);
    expect(feed(touch, abs(id, -1))).toEqual([]);
  });

  test("what is reported outside of the axes counts as their end", () => {
    const touch = tracker();
    expect(feed(touch, abs(id, 7), abs(x, -2_000_000), abs(y, 99_999))).toEqual([
      { kind: "down", x: 0, y: 1 },
    ]);
    expect(feed(touch, abs(x, 2 ** 31 - 1), abs(y, -(2 ** 31)))).toEqual([{ kind: "move", x: 1, y: 0 }]);
  });

  test("a slot number beyond all reason costs nothing", () => {
    const touch = tracker();
    expect(feed(touch, abs(slot, 2_000_000_000), abs(id, 1), abs(x, 5))).toEqual([]);
    expect(feed(touch, abs(slot, -5), abs(id, 1))).toEqual([]);
  });
});

describe("single touch", () => {
  const start = { currentSlot: 0, fingers: [{ x: 0, y: 100, down: false }] };

  test("a touchscreen is down while BTN_TOUCH is", () => {
    const touch = new TouchTracker("single", AXES, Key.touch, start);
    expect(feed(touch, abs(Axis.x, 300), abs(Axis.y, 300))).toEqual([]);
    expect(feed(touch, key(Key.touch, 1))).toEqual([{ kind: "down", x: 0.3, y: 0.2 }]);
    expect(feed(touch, key(Key.touch, 0))).toEqual([{ kind: "up", x: 0.3, y: 0.2 }]);
  });

  test("a virtual machine's tablet is down while its left button is", () => {
    const touch = new TouchTracker("single", AXES, Key.buttonLeft, start);
    expect(feed(touch, abs(Axis.x, 999), abs(Axis.y, 1099), key(Key.buttonLeft, 1))).toEqual([
      { kind: "down", x: 0.999, y: 0.999 },
    ]);
    expect(feed(touch, key(Key.touch, 0))).toEqual([]);
    expect(feed(touch, key(Key.buttonLeft, 0))).toMatchObject([{ kind: "up" }]);
  });
});
