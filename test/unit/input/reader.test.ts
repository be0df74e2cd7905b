import { describe, expect, test } from "vitest";
import { Axis, EventType, type InputEvent, Key, Switch, Syn } from "../../../src/bytes/input-event.ts";
import type { TouchKind } from "../../../src/input/evdev/classify.ts";
import { DeviceReader } from "../../../src/input/evdev/reader.ts";
import type { EventDevice } from "../../../src/linux/evdev.ts";

/** A device whose kernel side is a plain object. */
function device(held: number[], packets: (InputEvent[] | null)[]) {
  const kernel = { held, switches: [] as number[], ids: [-1, -1], packets };
  const fake: EventDevice = {
    path: "/dev/input/event9",
    heldKeys: () => kernel.held,
    setSwitches: () => kernel.switches,
    axis: (code) => ({ value: 0, minimum: 0, maximum: code === Axis.slot ? 1 : 99 }),
    slotValues: (code) => (code === Axis.trackingId ? kernel.ids : [0, 0]),
    grab: () => {},
    read: () => kernel.packets.shift() ?? null,
    watch: () => ({ close: () => {} }),
    close: () => {},
  };
  return { kernel, fake };
}

function reader(fake: EventDevice, touch: TouchKind | null = null, wakes: boolean[] = [], lid = false) {
  const seen: unknown[] = [];
  const read = new DeviceReader(
    fake,
    { keys: true, touch, touchKey: Key.touch, mouse: false, lid },
    {
      onPress: () => wakes.shift() ?? false,
      keyContext: () => ({ dangerous: false, typing: false }),
      onKey: (input) => seen.push(input.kind),
      onMouse: (input) => seen.push(input.kind),
      onContact: (contact) => seen.push(contact.kind),
      onLid: (closed) => seen.push(closed ? "lid closed" : "lid open"),
      onDue: (time) => seen.push(`due ${time}`),
      log: (line) => seen.push(line),
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

  test.each([
    ["min = max", { value: 0, minimum: 7, maximum: 7 }],
    ["all 0", { value: 0, minimum: 0, maximum: 0 }],
    ["turned around", { value: 0, minimum: 1079, maximum: 0 }],
  ])("axes that place nothing (%s) leave the device its keys, and say so", (_what, range) => {
    const { fake } = device([], [[abs(Axis.trackingId, 4), syn(0), key(Key.volumeDown, 1, 1)]]);
    const flat = { ...fake, axis: (code: number) => (code === Axis.slot ? fake.axis(code) : range) };
    const { read, seen } = reader(flat, "slots");
    read.drain();
    expect(seen).toEqual([
      `/dev/input/event9: no touch: axis x runs from ${range.minimum} to ${range.maximum}, which places nothing`,
      "due 451",
      "next",
    ]);
  });

  test("slots below 0 and beyond every panel cost nothing and touch nothing", () => {
    const strays = [-1, -2_147_483_648, 2_147_483_647].flatMap((slot) => [
      abs(Axis.slot, slot),
      abs(Axis.positionX, 5),
      abs(Axis.trackingId, 9),
      syn(0),
      abs(Axis.trackingId, -1),
      syn(0),
    ]);
    const { fake } = device([], [[...strays, abs(Axis.slot, 0), abs(Axis.trackingId, 4), syn(0)]]);
    const { read, seen } = reader(fake, "slots");
    read.drain();
    expect(seen).toEqual(["down"]);
  });

  test("a driver that says its last slot is below 0, or two thousand million, is asked for as many as make sense", () => {
    for (const [maximum, asked] of [
      [-1, 1],
      [2_147_483_647, 64],
    ] as const) {
      const { fake } = device([], []);
      const counts: number[] = [];
      const odd = {
        ...fake,
        axis: (code: number) => ({ ...fake.axis(code), maximum: code === Axis.slot ? maximum : 99 }),
        slotValues: (_code: number, count: number) => {
          counts.push(count);
          return [];
        },
      };
      reader(odd, "slots");
      expect(counts).toEqual([asked, asked, asked]);
    }
  });

  test("a device that wakes us a thousand times without events stays, and does nothing", () => {
    const { fake } = device(
      [],
      Array.from({ length: 1000 }, () => []),
    );
    const { read, seen } = reader(fake);
    for (let wake = 0; wake < 1000; wake += 1) expect(read.drain()).toBe(true);
    expect(seen).toEqual([]);
  });

  test("a lid that is closed at the start is told, so is every change, and what changed unseen", () => {
    const lid = (value: number): InputEvent => ({ time: 0, type: EventType.switch, code: Switch.lid, value });
    const { kernel, fake } = device(
      [],
      [
        [lid(0), syn(0), lid(1), syn(0)],
        [syn(Syn.dropped), syn(0)],
      ],
    );
    kernel.switches = [Switch.lid];
    const { read, seen } = reader(fake, null, [], true);
    read.drain();
    kernel.switches = [];
    read.drain();
    expect(seen).toEqual(["lid closed", "lid open", "lid closed", "lid open"]);
  });

  test("a panel of protocol A taps; a second finger cancels; after lost events all have to be up first", () => {
    const finger = (x: number) => [abs(Axis.positionX, x), abs(Axis.positionY, 5), syn(Syn.mtReport)];
    const up = [syn(Syn.mtReport), syn(0)];
    const { fake } = device(
      [],
      [
        [...finger(10), syn(0), ...finger(12), syn(0), ...up],
        [...finger(10), syn(0), ...finger(10), ...finger(50), syn(0), ...finger(50), syn(0), ...up],
        [...finger(10), syn(0), syn(Syn.dropped), syn(0), ...finger(11), syn(0), ...up],
        [...finger(20), syn(0), ...up],
      ],
    );
    const { read, seen } = reader(fake, "contacts");
    while (read.drain());
    const lost = ["down", "cancel"];
    expect(seen).toEqual(["down", "move", "up", ...["down", "cancel"], ...lost, "down", "up"]);
  });
});
