import { Axis, Key, Property } from "../../../src/bytes/input-event.ts";
import type { Spot } from "../places.ts";
import { abs, contact, deviceOfKeys, type Event, type InputDevice, key, press, report } from "./device.ts";

/*
 * Panels and keys of real devices as their owners recorded them with evtest. Names, keys and ranges are the recorded
 * ones, and where that is said the order of the events and their values; the place of a tap is the test's. What no
 * recording has is as the protocol says (multi-touch-protocol.rst).
 */

/** Codes of EV_ABS that only these devices announce. */
const [PRESSURE, TOUCH_MINOR, WIDTH_MAJOR, ORIENTATION, TOOL_TYPE] = [24, 49, 50, 52, 55];
/** Touch keys besides those that the menu knows: menu, search, all applications. */
const [MENU, SEARCH, APP_SELECT] = [139, 217, 580];

/** Milliseconds between a tap's down and up. */
const TAP = 80;

type Axes = InputDevice["axes"];

function panel(parts: Omit<InputDevice, "properties" | "switches"> & Partial<InputDevice>): InputDevice {
  return { properties: [Property.direct], switches: [], ...parts };
}

/** A place in the units of a panel's own axes. */
function at(axes: Axes, [x, y]: Spot): { x: number; y: number } {
  const of = (code: number, share: number) => Math.round(share * (axes[code]?.[1] ?? 0));
  return { x: of(Axis.positionX, x), y: of(Axis.positionY, y) };
}

/**
 * BQ Aquaris X5 (msm8916): Himax, with the touch keys below the screen in the same device and every place told twice,
 * for programs that know one finger. How a finger comes down is recorded, too: libts/tslib issue 176.
 */
export function aquarisX5(spot: Spot): InputDevice {
  const axes: Axes = {
    ...{ [Axis.x]: [0, 719], [Axis.y]: [0, 1279], [PRESSURE]: [0, 200], [Axis.slot]: [0, 1] },
    ...{ [Axis.touchMajor]: [0, 200], [WIDTH_MAJOR]: [0, 200] },
    ...{ [Axis.positionX]: [0, 719], [Axis.positionY]: [0, 1279] },
    ...{ [Axis.trackingId]: [0, 65_535], [Axis.pressure]: [0, 200] },
  };
  const { x, y } = at(axes, spot);
  const down = [abs(Axis.trackingId, 325), abs(Axis.positionX, x), abs(Axis.positionY, y), key(Key.touch, 1)];
  const again = [abs(Axis.x, x), abs(Axis.y, y), abs(PRESSURE, 100), report];
  const up = [abs(Axis.trackingId, -1), key(Key.touch, 0), abs(PRESSURE, 0), report];
  return panel({
    name: "himax-touchscreen",
    keys: [Key.back, Key.homepage, SEARCH, Key.touch, APP_SELECT],
    axes,
    gestures: [
      { what: "a tap", events: [...down, ...again, TAP, ...up], intents: ["choose-item"] },
      { what: "a touch key without a meaning", events: press(SEARCH), intents: [] },
      { what: "the touch key for back", events: press(Key.back), intents: ["back"] },
    ],
  });
}

/**
 * Xiaomi Mi 2 (apq8064): Synaptics RMI4 of Linux 3.4, without any key, with ranges that are not the screen's and an
 * axis from 0 to 0: libts/tslib issue 97. Its properties are not told there; it has none here, which is harder.
 */
export function xiaomiMi2(spot: Spot): InputDevice {
  const axes: Axes = {
    ...{ [Axis.slot]: [0, 9], [Axis.touchMajor]: [0, 15], [TOUCH_MINOR]: [0, 15], [ORIENTATION]: [0, 1] },
    ...{ [Axis.positionX]: [0, 1100], [Axis.positionY]: [0, 1900], [TOOL_TYPE]: [0, 0] },
    ...{ [Axis.trackingId]: [0, 65_535] },
  };
  const { x, y } = at(axes, spot);
  const down = [abs(Axis.slot, 0), abs(Axis.trackingId, 12), abs(Axis.positionX, x), abs(Axis.positionY, y)];
  const up = [abs(Axis.trackingId, -1), report];
  return panel({
    name: "sensor00fn11",
    keys: [],
    axes,
    properties: [],
    gestures: [{ what: "a tap", events: [...down, report, TAP, ...up], intents: ["choose-item"] }],
  });
}

/**
 * Samsung Galaxy Note 10.1 of 2014 (msm8974, lt03lte): Atmel maXTouch with 16 slots and ranges up to 4095, whatever the
 * screen's size: msm8974-mainline/linux pull requests 29 and 32.
 */
export function galaxyNote10(spot: Spot): InputDevice {
  const axes: Axes = {
    ...{ [Axis.x]: [0, 4095], [Axis.y]: [0, 4095], [PRESSURE]: [0, 255], [Axis.slot]: [0, 15] },
    ...{ [Axis.touchMajor]: [0, 255], [Axis.positionX]: [0, 4095], [Axis.positionY]: [0, 4095] },
    ...{ [Axis.trackingId]: [0, 65_535], [Axis.pressure]: [0, 255] },
  };
  const { x, y } = at(axes, spot);
  const down = [abs(Axis.trackingId, 0), abs(Axis.positionX, x), abs(Axis.positionY, y)];
  const size = [abs(Axis.touchMajor, 14), abs(Axis.pressure, 60), key(Key.touch, 1)];
  const again = [abs(Axis.x, x), abs(Axis.y, y), abs(PRESSURE, 60), report];
  const up = [abs(Axis.trackingId, -1), key(Key.touch, 0), abs(PRESSURE, 0), report];
  return panel({
    name: "Atmel maXTouch Touchscreen",
    keys: [MENU, Key.back, Key.touch],
    axes,
    gestures: [{ what: "a tap", events: [...down, ...size, ...again, TAP, ...up], intents: ["choose-item"] }],
  });
}

/** The keys of the same tablet, each held as long as in the recording: msm8974-mainline/linux pull request 31. */
export const GALAXY_NOTE_KEYS = deviceOfKeys("gpio-keys", [
  { what: "volume up", events: press(Key.volumeUp, 165), intents: ["previous"] },
  { what: "volume down", events: press(Key.volumeDown, 179), intents: ["next"] },
  { what: "home", events: press(Key.homepage, 89), intents: ["choose"] },
]);

/**
 * A phone's panel in a device of comma's: Samsung s6sy761 with 15 slots and ranges that end one beyond the last pixel:
 * commaai/vamOS pull request 73.
 */
export function samsungS6sy761(spot: Spot): InputDevice {
  const axes: Axes = {
    ...{ [Axis.x]: [0, 1080], [Axis.y]: [0, 2160], [PRESSURE]: [0, 255], [Axis.slot]: [0, 14] },
    ...{ [Axis.touchMajor]: [0, 255], [TOUCH_MINOR]: [0, 255] },
    ...{ [Axis.positionX]: [0, 1080], [Axis.positionY]: [0, 2160] },
    ...{ [Axis.trackingId]: [0, 65_535], [Axis.pressure]: [0, 255] },
  };
  const { x, y } = at(axes, spot);
  const down = [abs(Axis.slot, 14), abs(Axis.trackingId, 41), key(Key.touch, 1)];
  const place = [abs(Axis.positionX, x), abs(Axis.positionY, y), abs(Axis.pressure, 30), report];
  const up = [abs(Axis.trackingId, -1), key(Key.touch, 0), report];
  return panel({
    name: "s6sy761",
    keys: [Key.touch],
    axes,
    gestures: [
      { what: "a tap of the last slot", events: [...down, ...place, TAP, ...up], intents: ["choose-item"] },
    ],
  });
}

/**
 * Sitronix ST1232: protocol A without a key, a property or an id. A finger that rests is told every 9 ms, as recorded:
 * libts/tslib issue 90.
 */
export function sitronixSt1232(spot: Spot): InputDevice {
  const axes: Axes = { [Axis.touchMajor]: [0, 255], [Axis.positionX]: [0, 799], [Axis.positionY]: [0, 479] };
  const { x, y } = at(axes, spot);
  const finger = [abs(Axis.touchMajor, 38), abs(Axis.positionX, x), abs(Axis.positionY, y), contact, report];
  const resting = Array.from({ length: 9 }, () => [...finger, 9]).flat();
  return panel({
    name: "st1232-touchscreen",
    keys: [],
    axes,
    properties: [],
    gestures: [{ what: "a tap", events: [...resting, contact, report], intents: ["choose-item"] }],
  });
}

/**
 * Redmi 4X (santoni), whose driver takes one finger for a row of them; which is meant nobody can tell. The first three
 * are as recorded, umeiko/KlipperPhonesLinux issue 63; ranges are the screen's, and the name is not told there.
 */
export const REDMI_4X = panel({
  name: "santoni touchscreen",
  keys: [Key.touch],
  axes: {
    ...{ [Axis.slot]: [0, 4], [Axis.trackingId]: [0, 65_535] },
    ...{ [Axis.positionX]: [0, 719], [Axis.positionY]: [0, 1279] },
  },
  gestures: [
    {
      what: "one finger that is told as several",
      events: [
        ...[fingerOf(0, 935, [84, 705]), fingerOf(1, 936, [250, 704]), fingerOf(2, 937, [395, 706])].flat(),
        ...[key(Key.touch, 1), report, TAP],
        ...[0, 1, 2].flatMap((slot) => [abs(Axis.slot, slot), abs(Axis.trackingId, -1)]),
        ...[key(Key.touch, 0), report],
      ],
      intents: [],
    },
  ],
});

function fingerOf(slot: number, id: number, [x, y]: readonly [x: number, y: number]): Event[] {
  return [
    ...[abs(Axis.slot, slot), abs(Axis.trackingId, id)],
    ...[abs(Axis.positionX, x), abs(Axis.positionY, y)],
  ];
}
