import { Key } from "../../bytes/input-event.ts";
import type { Intent } from "../../menu/view.ts";
import { characterOf, type KeyRole, roleOf } from "./key-map.ts";

/** A release-acting key counts as a short press when it is let go within this many milliseconds. */
export const SHORT_PRESS_MS = 1000;

/** A held key's first repetition and those after it, in milliseconds. */
export const REPEAT = { delay: 450, period: 130 } as const;

/** What keys mean on the screen that is seen. */
export interface KeyContext {
  /** The focused item is one that is held to be chosen. */
  readonly dangerous: boolean;
  /** A text is asked for. */
  readonly typing: boolean;
}

/** What a key did: an intent, or the number of an item from 1 on. */
export type KeyInput = Intent | { readonly kind: "item"; readonly number: number };

/** "one": the device has a single key, whose short press moves and whose long one chooses. */
export type KeyProfile = "three" | "one";

/** Turns the key events of one device into intents. Knows no clock: times come with the events. */
export interface KeyGestures {
  /** Feeds EV_KEY; the kernel's own autorepeat (value 2) is ignored. */
  key(code: number, value: number, time: number, context: KeyContext): KeyInput[];
  /** When `advance` has something to do while no key changes; null when it has not. */
  due(): number | null;
  /** Repetitions and long presses until `time`. */
  advance(time: number, context: KeyContext): KeyInput[];
  /** This press of a key does not count: it only lit the screen. */
  ignore(code: number): void;
  /** Starts again with these keys down; they do not count until they were released. */
  reset(held: Iterable<number>): KeyInput[];
}

interface Pressed {
  readonly since: number;
  /** A hold began with it. */
  readonly holds: boolean;
}

const LETTERS_MOVE: Partial<Readonly<Record<KeyRole, Intent>>> = {
  previous: { kind: "previous" },
  next: { kind: "next" },
};
const SHIFTS: readonly number[] = [Key.leftShift, Key.rightShift];

/** `held` are the keys down at the start: a key held since power-on does nothing until it was released. */
export function keyGestures(held: Iterable<number>, profile: KeyProfile = "three"): KeyGestures {
  let ignored = new Set(held);
  let down = new Map<number, Pressed>();
  /** What happens at a time while no key changes. */
  let waiting: { readonly code: number; readonly at: number; readonly does: "repeat" | "choose" } | null =
    null;

  const press = (code: number, time: number, context: KeyContext): KeyInput[] => {
    const role = roleOf(code);
    const chooses = role === "choose" || role === "power";
    const typed = context.typing && role !== "choose" ? characterOf(code, shifted()) : undefined;
    const holds = context.dangerous && chooses;
    down.set(code, { since: time, holds });
    waiting = null;
    if (context.typing && code === Key.space) return [{ kind: "type", text: " " }];
    if (typed !== undefined && role === undefined) return [{ kind: "type", text: typed }];
    if (holds) return [{ kind: "hold", key: null, down: true }];
    if (role === undefined) return itemNumber(code);
    if (role === "power") {
      if (profile === "one") waiting = { code, at: time + SHORT_PRESS_MS, does: "choose" };
      return [];
    }
    const moves = LETTERS_MOVE[role];
    if (moves !== undefined) {
      waiting = { code, at: time + REPEAT.delay, does: "repeat" };
      return [moves];
    }
    if (role === "erase") return [{ kind: context.typing ? "erase" : "back" }];
    if (role === "choose" && context.typing && isEnter(code)) return [{ kind: "submit" }];
    return [{ kind: role === "back" ? "back" : "choose" }];
  };
  const release = (code: number, time: number): KeyInput[] => {
    const pressed = down.get(code);
    down.delete(code);
    const waited = waiting?.code === code;
    if (waited) waiting = null;
    if (ignored.delete(code) || pressed === undefined) return [];
    const short = time - pressed.since <= SHORT_PRESS_MS;
    const does: Intent = { kind: profile === "one" && roleOf(code) === "power" ? "next" : "choose" };
    if (pressed.holds) return [{ kind: "hold", key: null, down: false }, ...(short ? [does] : [])];
    if (roleOf(code) !== "power" || !short) return [];
    return [does];
  };
  const shifted = (): boolean => SHIFTS.some((code) => down.has(code));

  return {
    key(code, value, time, context) {
      if (value === 0) return release(code, time);
      if (value === 2 || ignored.has(code)) return [];
      return press(code, time, context);
    },
    due: () => waiting?.at ?? null,
    advance(time, context) {
      const inputs: KeyInput[] = [];
      while (waiting !== null && waiting.at <= time) {
        const { code, at, does } = waiting;
        const moves = LETTERS_MOVE[roleOf(code) ?? "back"];
        waiting = does === "repeat" && moves !== undefined ? { code, at: at + REPEAT.period, does } : null;
        if (does === "choose") down.delete(code);
        inputs.push(does === "choose" || moves === undefined ? { kind: "choose" } : moves);
        // After a pause of the whole process, one move is enough.
        if (waiting !== null && waiting.at <= time) waiting = { code, at: time + REPEAT.period, does };
      }
      return context.dangerous ? inputs.filter(({ kind }) => kind !== "choose") : inputs;
    },
    ignore(code) {
      ignored.add(code);
    },
    reset(now) {
      const holding = [...down.values()].some(({ holds }) => holds);
      ignored = new Set(now);
      down = new Map();
      waiting = null;
      return holding ? [{ kind: "hold", key: null, down: false }] : [];
    },
  };
}

function isEnter(code: number): boolean {
  return code === Key.enter || code === Key.keypadEnter;
}

function itemNumber(code: number): KeyInput[] {
  const number = Number(characterOf(code, false) ?? "");
  return Number.isInteger(number) && number >= 1 ? [{ kind: "item", number }] : [];
}
