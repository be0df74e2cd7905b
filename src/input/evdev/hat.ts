import { Axis, EventType, type InputEvent, Key, Relative } from "../../bytes/input-event.ts";

/** Keys of a hat's axes, towards its lower and its higher values. */
const SIDES: ReadonlyMap<number, readonly [number, number]> = new Map([
  [Axis.hatX, [Key.dpadLeft, Key.dpadRight]],
  [Axis.hatY, [Key.dpadUp, Key.dpadDown]],
]);

/**
 * Many gamepads report their d-pad as a hat: two axes of -1, 0 and 1. Turns each change of one into the events
 * of the keys that other pads have for it; every other event stays as it is.
 */
export function hatKeys(): (event: InputEvent) => InputEvent[] {
  const held = new Map<number, number>();
  return (event) => {
    const sides = event.type === EventType.abs ? SIDES.get(event.code) : undefined;
    if (sides === undefined) return [event];
    const before = held.get(event.code) ?? null;
    const now = event.value === 0 ? null : event.value < 0 ? sides[0] : sides[1];
    if (before === now) return [];
    if (now === null) held.delete(event.code);
    else held.set(event.code, now);
    const key = (code: number, value: number) => ({ ...event, type: EventType.key, code, value });
    return [...(before === null ? [] : [key(before, 0)]), ...(now === null ? [] : [key(now, 1)])];
  };
}

/** Notches of a knob that are taken from one event at most: a driver's nonsense must not scroll for minutes. */
const MOST_NOTCHES = 10;

/** A knob (REL_DIAL) that is turned presses the keys of a d-pad, once for each notch; clockwise is down. */
export function dialKeys(event: InputEvent): InputEvent[] {
  if (event.type !== EventType.rel || event.code !== Relative.dial) return [event];
  const code = event.value > 0 ? Key.dpadDown : Key.dpadUp;
  const key = (value: number): InputEvent => ({ ...event, type: EventType.key, code, value });
  return Array.from({ length: Math.min(Math.abs(event.value), MOST_NOTCHES) }, () => [key(1), key(0)]).flat();
}
