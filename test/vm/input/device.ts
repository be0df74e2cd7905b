import { EventType, Syn } from "../../../src/bytes/input-event.ts";

/** One event: type, code and value. */
export type Event = readonly [type: number, code: number, value: number];

/** What a person does with a device, and the intents that the menu's log then has from the panel. */
export interface Gesture {
  readonly what: string;
  /** Events with the pauses between them, in milliseconds. */
  readonly events: readonly (Event | number)[];
  readonly intents: readonly string[];
}

/** An input device as its driver announces it. */
export interface InputDevice {
  readonly name: string;
  readonly keys: readonly number[];
  readonly axes: Readonly<Record<number, readonly [minimum: number, maximum: number]>>;
  /** Codes of EV_REL. */
  readonly relative?: readonly number[];
  readonly properties: readonly number[];
  readonly switches: readonly number[];
  readonly gestures: readonly Gesture[];
}

export const key = (code: number, value: number): Event => [EventType.key, code, value];
export const abs = (code: number, value: number): Event => [EventType.abs, code, value];
export const rel = (code: number, value: number): Event => [EventType.rel, code, value];
/** Ends what a device says at one time. */
export const report: Event = [EventType.syn, Syn.report, 0];
/** Ends what a panel of protocol A says of one finger. */
export const contact: Event = [EventType.syn, Syn.mtReport, 0];

/** A key that is down for so many milliseconds. */
export function press(code: number, length = 60): (Event | number)[] {
  return [key(code, 1), report, length, key(code, 0), report];
}

export function deviceOfKeys(name: string, gestures: readonly Gesture[]): InputDevice {
  const keys = gestures.flatMap(({ events }) =>
    events.flatMap((event) => (typeof event === "number" || event[0] !== EventType.key ? [] : [event[1]])),
  );
  return { name, keys: [...new Set(keys)], axes: {}, properties: [], switches: [], gestures };
}
