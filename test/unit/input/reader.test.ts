import { describe, expect, test } from "vitest";
import { Axis, EventType, type InputEvent, Key, Syn } from "../../../src/bytes/input-event.ts";
import { DeviceReader } from "../../../src/input/evdev/reader.ts";
import type { EventDevice } from "../../../src/linux/evdev.ts";

/** A device whose kernel side is a plain object. */
function device(held: number[], packets: (InputEvent[] | null)[]) {
  const kernel = { held, ids: [-1, -1], packets };
  const fake: EventDevice = {
    path: "/dev/input/event9",
    heldKeys: () => kernel.held,
    axis: (code) => ({ value: 0, minimum: 0, maximum: code === Axis.slot ? 1 : 99 }),
    slotValues: (code) => (code === Axis.trackingId ? kernel.ids : [0, 0]),
    grab: () => {},
    read: () => kernel.packets.shift() ?? null,
    watch: () => ({ close: () => {} }),
    close: () => {},
  };
  return { kernel, fake };
}

function reader(fake: EventDevice, touch: "slots" | null = null, wakes: boolean[] = []) {
  const seen: unknown[] = [];
  const read = new DeviceReader(
    fake,
    { keys: true, touch, touchKey: Key.touch, mouse: false },
    {
      onPress: () => wakes.shift() ?? false,
      keyContext: () => ({ dangerous: false, typing: false }),
      onKey: (input) => seen.push(input.kind),
      onMouse: (input) => seen.push(input.kind),
      onContact: (contact) => seen.push(contact.kind),
      onDue: (time) => seen.push(`due ${time}`),
    },
    "three",
  );
  return { read, seen };
}

const key = (code: number, value: number, time = 0): InputEvent => ({
  time,
  type: EventType.key,
  code,
  value,
});
const abs = (code: number, value: number): InputEvent => ({ time: 0, type: EventType.abs, code, value });
const syn = (code: number): InputEvent => ({ time: 0, type: EventType.syn, code, value: 0 });

describe("reading a device", () => {
  test("presses become intents and the next repetition of a held key is told to the timer", () => {
    const { fake } = device(
      [],
      [
        [key(Key.volumeDown, 1), syn(0)],
        [key(Key.volumeDown, 0), syn(0)],
      ],
    );
    const { read, seen } = reader(fake);
    expect(read.drain()).toBe(true);
    expect(read.drain()).toBe(true);
    expect(seen).toEqual(["due 450", "next", "due null"]);
  });

  test("a release that is there when a repetition is due comes first, however late it is read", () => {
    const { fake } = device(
      [],
      [
        [key(Key.volumeDown, 1), syn(0)],
        [key(Key.volumeDown, 0, 60), syn(0)],
      ],
    );
    const { read, seen } = reader(fake);
    read.drain();
    read.tick(900);
    expect(seen).toEqual(["due 450", "next", "due null"]);
  });

  test("keys that are down when the device is opened are ignored until they were released", () => {
    const { fake } = device(
      [Key.power],
      [[key(Key.power, 0, 5), key(Key.power, 1, 6), key(Key.power, 0, 7)]],
    );
    const { read, seen } = reader(fake);
    read.drain();
    expect(seen).toEqual(["choose"]);
  });

  test("the press that lights a dark screen does nothing, nor does its release; the next one counts", () => {
    const presses = [Key.volumeDown, Key.power, Key.power].flatMap((code, at) => [
      key(code, 1, at * 100),
      key(code, 0, at * 100 + 50),
    ]);
    const { fake } = device([], [presses]);
    const { read, seen } = reader(fake, null, [true, true]);
    read.drain();
    expect(seen).toEqual(["choose"]);
  });

  test("after SYN_DROPPED everything up to the next report is thrown away and the state is read again", () => {
    const { kernel, fake } = device(
      [],
      [
        [abs(Axis.trackingId, 4), syn(0)],
        [syn(Syn.dropped), key(Key.enter, 1), abs(Axis.trackingId, -1), syn(0), key(Key.enter, 0)],
        [key(Key.enter, 1), syn(0)],
      ],
    );
    const { read, seen } = reader(fake, "slots");
    read.drain();
    kernel.held = [Key.enter];
    read.drain();
    read.drain();
    expect(seen).toEqual(["down", "cancel", "choose"]);
  });

  test("a device that is pulled out while a finger is on it lifts the finger", () => {
    const { fake } = device([], [[abs(Axis.trackingId, 4), syn(0)], null]);
    const { read, seen } = reader(fake, "slots");
    read.drain();
    expect(read.drain()).toBe(false);
    expect(seen).toEqual(["down", "cancel"]);
  });

  test("a device that is gone says so and stops repeating", () => {
    const { fake } = device([], [[key(Key.volumeUp, 1)], null]);
    const { read, seen } = reader(fake);
    expect(read.drain()).toBe(true);
    expect(read.drain()).toBe(false);
    expect(seen).toEqual(["due 450", "previous", "due null"]);
  });
});
