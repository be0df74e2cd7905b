import { Axis, EventType, Key, Property, Relative, Switch } from "../../bytes/input-event.ts";
import { MENU_KEYS } from "./key-map.ts";

/** What sysfs says about a device, as numbers of the set bits. */
export interface Capabilities {
  readonly types: ReadonlySet<number>;
  readonly keys: ReadonlySet<number>;
  readonly axes: ReadonlySet<number>;
  /** Codes of EV_REL. */
  readonly relative: ReadonlySet<number>;
  readonly switches: ReadonlySet<number>;
  readonly properties: ReadonlySet<number>;
}

export type TouchKind = "slots" | "contacts" | "single";

/**
 * How the menu reads a device. `slots` is multitouch protocol B and `contacts` protocol A; `single` is one absolute
 * point that is down while `touchKey` is (a touchscreen, a pen, or the tablet of a virtual machine).
 */
export interface DeviceClass {
  readonly keys: boolean;
  readonly touch: TouchKind | null;
  readonly touchKey: number;
  /** It moves a pointer, or has a wheel. */
  readonly mouse: boolean;
  readonly lid: boolean;
}

/** The device's class after the rules of systemd's input_id, null when it is of no use to the menu. */
export function classify(device: Capabilities): DeviceClass | null {
  const { types, axes, keys, properties } = device;
  if (properties.has(Property.accelerometer)) return null;
  const point = types.has(EventType.abs) && axes.has(Axis.x) && axes.has(Axis.y);
  // A device that claims every axis up to there is a joystick of sorts, not a multitouch panel.
  const claimsAll = axes.has(Axis.slot) && axes.has(Axis.slot - 1);
  const multi =
    types.has(EventType.abs) && axes.has(Axis.positionX) && axes.has(Axis.positionY) && !claimsAll;
  const touch = point || multi ? touchClass(device, point, multi) : null;
  const hasKeys = types.has(EventType.key) && [...MENU_KEYS].some((code) => keys.has(code));
  const mouse = types.has(EventType.rel) && keys.has(Key.buttonLeft);
  const dial = types.has(EventType.rel) && device.relative.has(Relative.dial);
  const lid = types.has(EventType.switch) && device.switches.has(Switch.lid);
  if (touch === null && !hasKeys && !mouse && !dial && !lid) return null;
  const touchKey = keys.has(Key.touch) ? Key.touch : Key.buttonLeft;
  return { keys: hasKeys || dial, touch, mouse, touchKey, lid };
}

function touchClass(device: Capabilities, point: boolean, multi: boolean): TouchKind | null {
  const { keys, axes, properties } = device;
  const direct = properties.has(Property.direct);
  const pen = keys.has(Key.toolPen) || keys.has(Key.stylus);
  const touchpad = keys.has(Key.toolFinger) && !pen && !direct;
  if (touchpad) return null;
  // Old drivers announce neither property nor key; what has a button is a pointer then.
  const bare = !keys.has(Key.buttonLeft);
  if (multi && axes.has(Axis.slot) && (direct || keys.has(Key.touch) || bare)) return "slots";
  if (multi && !axes.has(Axis.slot)) return "contacts";
  return point && (keys.has(Key.touch) || keys.has(Key.buttonLeft)) ? "single" : null;
}
