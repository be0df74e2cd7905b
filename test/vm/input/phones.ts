import { Axis, EventType, Key, Property, Relative, Switch } from "../../../src/bytes/input-event.ts";
import type { Spot } from "../places.ts";
import {
  abs,
  contact,
  deviceOfKeys,
  type Event,
  type InputDevice,
  key,
  press,
  rel,
  report,
} from "./device.ts";

/* Devices as drivers of the field announce them, made up after the drivers; recorded ones are in recorded.ts. */

/** gpio-keys of a phone: volume. */
export const VOLUME_KEYS = deviceOfKeys("gpio-keys", [
  { what: "volume down", events: press(Key.volumeDown), intents: ["next"] },
  { what: "volume up", events: press(Key.volumeUp), intents: ["previous"] },
]);

/** The power key of a PMIC, a device of its own: a short press chooses when it is let go, a long one does nothing. */
export const POWER_KEY = deviceOfKeys("pm8941_pwrkey", [
  {
    what: "power, held",
    events: [key(Key.power, 1), report, 1300, key(Key.power, 0), report],
    intents: [],
  },
  { what: "power", events: press(Key.power), intents: ["choose"] },
]);

/** The button of a headset, and that of a camera: each chooses. */
export const HEADSET = deviceOfKeys("Headset Jack", [
  { what: "the button", events: press(Key.playPause), intents: ["choose"] },
]);
export const CAMERA = deviceOfKeys("camera-keys", [
  { what: "the shutter", events: press(Key.camera), intents: ["choose"] },
]);

/** A knob without a key (rotary-encoder). */
export const KNOB: InputDevice = {
  name: "rotary@0",
  keys: [],
  axes: {},
  relative: [Relative.dial],
  properties: [],
  switches: [],
  gestures: [
    { what: "a notch clockwise", events: [rel(Relative.dial, 1), report], intents: ["next"] },
    { what: "a notch back", events: [rel(Relative.dial, -1), report], intents: ["previous"] },
  ],
};

/** A mouse: into the corner at the lower right, from there to a place so many pixels away, and a click. */
export function mouseAt(left: number, up: number, intents: readonly string[]): InputDevice {
  const far = 20_000;
  return {
    name: "Generic USB Mouse",
    keys: [Key.buttonLeft],
    axes: {},
    relative: [Relative.x, Relative.y, Relative.wheel],
    properties: [],
    switches: [],
    gestures: [
      {
        what: "a click",
        events: [
          ...[rel(Relative.x, far), rel(Relative.y, far), report, 60],
          ...[rel(Relative.x, -left), rel(Relative.y, -up), report, 60],
          ...[key(Key.buttonLeft, 1), report, 60, key(Key.buttonLeft, 0), report],
        ],
        intents,
      },
    ],
  };
}

/** The Hall sensor below a cover, on one driver with a key: the first press behind a closed cover only lights the panel. */
export const LID: InputDevice = {
  name: "gpio-keys-hall",
  keys: [Key.volumeDown],
  axes: {},
  properties: [],
  switches: [Switch.lid],
  gestures: [
    {
      what: "closed, and a key",
      events: [[EventType.switch, Switch.lid, 1], report, 200, ...press(Key.volumeDown)],
      intents: [],
    },
    {
      what: "open, and a key",
      events: [[EventType.switch, Switch.lid, 0], report, 200, ...press(Key.volumeDown)],
      intents: ["next"],
    },
  ],
};

/** A gamepad whose d-pad is a hat, as xpad has it; its buttons go back before they choose anything. */
export const GAMEPAD: InputDevice = {
  name: "Microsoft X-Box 360 pad",
  keys: [Key.buttonSouth, Key.buttonEast],
  axes: {
    [Axis.x]: [-32_768, 32_767],
    [Axis.y]: [-32_768, 32_767],
    [Axis.hatX]: [-1, 1],
    [Axis.hatY]: [-1, 1],
  },
  properties: [],
  switches: [],
  gestures: [
    {
      what: "d-pad down",
      events: [abs(Axis.hatY, 1), report, 60, abs(Axis.hatY, 0), report],
      intents: ["next"],
    },
    {
      what: "d-pad up",
      events: [abs(Axis.hatY, -1), report, 60, abs(Axis.hatY, 0), report],
      intents: ["previous"],
    },
  ],
};

/** Axes of a touch controller that does not count pixels. */
const [MOST_X, MOST_Y] = [1079, 2339];

const tapB = (id: number, [x, y]: Spot): (Event | number)[] => [
  ...[abs(Axis.slot, 0), abs(Axis.trackingId, id)],
  ...[abs(Axis.positionX, Math.round(x * MOST_X)), abs(Axis.positionY, Math.round(y * MOST_Y))],
  ...[key(Key.touch, 1), report, 80],
  ...[abs(Axis.trackingId, -1), key(Key.touch, 0), report],
];

/** Goodix and most of today: protocol B. */
export function panelOfProtocolB(spot: Spot, intents: readonly string[]): InputDevice {
  const [x, y] = [Math.round(spot[0] * MOST_X), Math.round(spot[1] * MOST_Y)];
  const second = [abs(Axis.slot, 1), abs(Axis.trackingId, 8), abs(Axis.positionX, 9), abs(Axis.positionY, 9)];
  return {
    name: "Goodix Capacitive TouchScreen",
    keys: [Key.touch],
    axes: {
      [Axis.slot]: [0, 9],
      [Axis.trackingId]: [0, 65_535],
      [Axis.positionX]: [0, MOST_X],
      [Axis.positionY]: [0, MOST_Y],
    },
    properties: [Property.direct],
    switches: [],
    gestures: [
      {
        what: "two fingers",
        events: [
          ...[
            abs(Axis.slot, 0),
            abs(Axis.trackingId, 7),
            abs(Axis.positionX, x),
            abs(Axis.positionY, y),
            report,
          ],
          ...[60, ...second, report, 60],
          ...[abs(Axis.slot, 0), abs(Axis.trackingId, -1), report],
          ...[abs(Axis.slot, 1), abs(Axis.trackingId, -1), report],
        ],
        intents: [],
      },
      { what: "a tap", events: tapB(9, spot), intents },
    ],
  };
}

/** Old panels, such as ft5406: protocol A, without a slot and without a tracking id. */
export function panelOfProtocolA([x, y]: Spot, intents: readonly string[]): InputDevice {
  const finger = [
    abs(Axis.positionX, Math.round(x * MOST_X)),
    abs(Axis.positionY, Math.round(y * MOST_Y)),
    contact,
  ];
  const up = [contact, report];
  return {
    name: "ft5x06",
    keys: [Key.touch],
    axes: {
      [Axis.touchMajor]: [0, 255],
      [Axis.positionX]: [0, MOST_X],
      [Axis.positionY]: [0, MOST_Y],
    },
    properties: [Property.direct],
    switches: [],
    gestures: [
      {
        what: "two fingers",
        events: [...finger, report, 60, ...finger, ...finger, report, 60, ...finger, report, 60, ...up],
        intents: [],
      },
      { what: "a tap", events: [...finger, report, 80, ...finger, report, 30, ...up], intents },
    ],
  };
}
