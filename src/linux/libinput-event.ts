import { Key } from "../bytes/input-event.ts";
import type { Handle, LibinputCalls } from "./libinput-calls.ts";

/** An event of libinput with the node of its device, such as "event3"; `time` in ms of CLOCK_MONOTONIC. */
export type LibinputEvent = { readonly node: string } & (
  | { readonly kind: "added"; readonly name: string }
  | { readonly kind: "removed" }
  /** A key or a button; `code` is evdev's. */
  | { readonly kind: "key"; readonly time: number; readonly code: number; readonly down: boolean }
  /** A mouse moved, or a finger on a touchpad; in libinput's units, which are pixels of an ordinary screen. */
  | { readonly kind: "move"; readonly dx: number; readonly dy: number }
  /** A tablet or a pen points at this place, 0…1. */
  | { readonly kind: "point"; readonly time: number; readonly x: number; readonly y: number }
  /** Notches, positive away from the person. */
  | { readonly kind: "wheel"; readonly notches: number }
  /** A finger on the glass, at a place of 0…1. */
  | ({ readonly kind: "down" | "motion"; readonly x: number; readonly y: number } & Finger)
  | ({ readonly kind: "up" | "cancel" } & Finger)
  | { readonly kind: "lid"; readonly closed: boolean }
);

interface Finger {
  readonly time: number;
  /** Tells fingers apart while they are down. */
  readonly slot: number;
}

/** Numbers of enum libinput_event_type. */
const Type = {
  added: 1,
  removed: 2,
  key: 300,
  motion: 400,
  absolute: 401,
  button: 402,
  wheel: 404,
  scroll: 405,
  touchDown: 500,
  touchUp: 501,
  touchMotion: 502,
  touchCancel: 503,
  penAxis: 600,
  penTip: 602,
  switch: 900,
} as const;

const VERTICAL = 0;
/** One notch in libinput_event_pointer_get_scroll_value_v120. */
const NOTCH = 120;
/** The way of two fingers on a touchpad that is taken for a notch: as far as libinput's own wheels go. */
const SCROLL_NOTCH = 15;
const LID = 1;

/** What a libinput event says; nothing where it means nothing to a menu. */
export function readEvent(calls: LibinputCalls, event: Handle): LibinputEvent[] {
  const device = calls.handle("libinput_event_get_device", event);
  const node = calls.text("libinput_device_get_sysname", device);
  const time = (kind: string): number =>
    calls.long(`libinput_event_${kind}_get_time_usec`, detail(calls, kind, event)) / 1000;
  const number = (kind: string, what: string): number =>
    calls.number(`libinput_event_${kind}_get_${what}`, detail(calls, kind, event));
  const place = (kind: string, absolute = "") => {
    const along = (axis: string): number =>
      calls.double(
        `libinput_event_${kind}_get_${absolute}${axis}_transformed`,
        detail(calls, kind, event),
        1,
      );
    return { x: within(along("x")), y: within(along("y")) };
  };
  const finger = () => ({ node, time: time("touch"), slot: number("touch", "seat_slot") });
  const pressed = (kind: string, what: string): LibinputEvent => {
    const down = number(kind, `${what}_state`) === 1;
    return { kind: "key", node, time: time(kind), code: number(kind, what), down };
  };
  const pointer = detail.bind(null, calls, "pointer", event);
  switch (calls.number("libinput_event_get_type", event)) {
    case Type.added:
      return [{ kind: "added", node, name: calls.text("libinput_device_get_name", device) }];
    case Type.removed:
      return [{ kind: "removed", node }];
    case Type.key:
      return [pressed("keyboard", "key")];
    case Type.button:
      return [pressed("pointer", "button")];
    case Type.motion: {
      const [dx, dy] = [
        calls.double("libinput_event_pointer_get_dx", pointer()),
        calls.double("libinput_event_pointer_get_dy", pointer()),
      ];
      return [{ kind: "move", node, dx, dy }];
    }
    case Type.absolute:
      return [{ kind: "point", node, time: time("pointer"), ...place("pointer", "absolute_") }];
    case Type.wheel: {
      const way = calls.double("libinput_event_pointer_get_scroll_value_v120", pointer(), VERTICAL);
      return scrolled(node, way / NOTCH);
    }
    case Type.scroll: {
      const way = calls.double("libinput_event_pointer_get_scroll_value", pointer(), VERTICAL);
      return scrolled(node, way / SCROLL_NOTCH);
    }
    case Type.touchDown:
      return [{ kind: "down", ...finger(), ...place("touch") }];
    case Type.touchMotion:
      return [{ kind: "motion", ...finger(), ...place("touch") }];
    case Type.touchUp:
      return [{ kind: "up", ...finger() }];
    case Type.touchCancel:
      return [{ kind: "cancel", ...finger() }];
    case Type.penAxis:
      return [{ kind: "point", node, time: time("tablet_tool"), ...place("tablet_tool") }];
    case Type.penTip: {
      const at = time("tablet_tool");
      const down = number("tablet_tool", "tip_state") === 1;
      return [
        { kind: "point", node, time: at, ...place("tablet_tool") },
        { kind: "key", node, time: at, code: Key.buttonLeft, down },
      ];
    }
    case Type.switch:
      if (number("switch", "switch") !== LID) return [];
      return [{ kind: "lid", node, closed: number("switch", "switch_state") === 1 }];
    default:
      return [];
  }
}

/** The event as one of its kind, such as struct libinput_event_touch. */
function detail(calls: LibinputCalls, kind: string, event: Handle): Handle {
  return calls.handle(`libinput_event_get_${kind}_event`, event);
}

/** libinput's way is positive towards the person. */
function scrolled(node: string, towards: number): LibinputEvent[] {
  return towards === 0 ? [] : [{ kind: "wheel", node, notches: -towards }];
}

function within(value: number): number {
  return Math.min(Math.max(value, 0), 1);
}
