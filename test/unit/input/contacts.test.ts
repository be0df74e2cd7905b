import { describe, expect, test } from "vitest";
import { Axis, EventType, type InputEvent, Key, Syn } from "../../../src/bytes/input-event.ts";
import { slotsOfContacts } from "../../../src/input/evdev/contacts.ts";

const event = (type: number, code: number, value: number): InputEvent => ({ time: 3, type, code, value });
const abs = (code: number, value: number) => event(EventType.abs, code, value);
const report = event(EventType.syn, Syn.report, 0);
const finger = (x: number, y: number, ...more: InputEvent[]) => [
  abs(Axis.positionX, x),
  abs(Axis.positionY, y),
  ...more,
  event(EventType.syn, Syn.mtReport, 0),
];

/** Slots of one picture, as "slot:id@x,y" or "slot:up". */
function slots(feed: (event: InputEvent) => InputEvent[], ...events: InputEvent[]): string {
  const found: Record<string, Partial<Record<number, number>>> = {};
  let current = "";
  for (const { type, code, value } of [...events, report].flatMap(feed)) {
    if (type !== EventType.abs) continue;
    if (code === Axis.slot) current = `${value}`;
    found[current] = { ...found[current], [code]: value };
  }
  return Object.entries(found)
    .map(([slot, of]) =>
      of[Axis.trackingId] === -1 ? `${slot}:up` : `${slot}@${of[Axis.positionX]},${of[Axis.positionY]}`,
    )
    .join(" ");
}

describe("protocol A", () => {
  test("each finger of a picture gets a slot, and those that are not in the next one are up", () => {
    const feed = slotsOfContacts();
    expect(slots(feed, ...finger(10, 20))).toBe("0@10,20");
    expect(slots(feed, ...finger(11, 20), ...finger(50, 60))).toBe("0@11,20 1@50,60");
    expect(slots(feed, ...finger(50, 61))).toBe("0@50,61 1:up");
    expect(slots(feed, event(EventType.syn, Syn.mtReport, 0))).toBe("0:up");
  });

  test("a finger without size or pressure is gone, and so are all when the touch key is", () => {
    for (const gone of [
      finger(10, 20, abs(Axis.touchMajor, 0)),
      finger(10, 20, abs(Axis.pressure, 0)),
      [event(EventType.key, Key.touch, 0)],
    ]) {
      const feed = slotsOfContacts();
      slots(feed, ...finger(10, 20, abs(Axis.touchMajor, 4)));
      expect(slots(feed, ...gone)).toBe("0:up");
    }
  });

  test("a picture that says nothing of fingers, such as a key's, lifts none", () => {
    const feed = slotsOfContacts();
    slots(feed, ...finger(10, 20));
    const home = event(EventType.key, 172, 1);
    expect([home, report].flatMap(feed)).toEqual([home, report]);
  });

  test("half a position is no finger, and what was lost is not put together with what follows", () => {
    const feed = slotsOfContacts();
    expect(slots(feed, abs(Axis.positionX, 5), event(EventType.syn, Syn.mtReport, 0))).toBe("0:up");
    feed(abs(Axis.positionX, 7));
    feed(event(EventType.syn, Syn.dropped, 0));
    expect(slots(feed, abs(Axis.positionY, 9), event(EventType.syn, Syn.mtReport, 0))).toBe("0:up");
  });
});
