import type { Intent } from "../../menu/view.ts";
import { keyAction } from "./key-map.ts";

/** A release-acting key counts as a short press when it is let go within this many milliseconds. */
export const SHORT_PRESS_MS = 1000;

/** A held key's first repetition and those after it, in milliseconds. */
export const REPEAT = { delay: 450, period: 130 } as const;

/** Turns the key events of one device into intents. Knows no clock: times come with the events. */
export interface KeyGestures {
  /** Feeds EV_KEY; the kernel's own autorepeat (value 2) is ignored. */
  key(code: number, value: number, time: number): Intent | null;
  /** What the edge repeats by its timer while this does not change; null when no such key is down. */
  repeating(): Intent | null;
  /** Starts again with these keys down; they do not count until they were released. */
  reset(held: Iterable<number>): void;
}

/** `held` are the keys down at the start: a key held since power-on does nothing until it was released. */
export function keyGestures(held: Iterable<number>): KeyGestures {
  let ignored = new Set(held);
  let down = new Map<number, number>();
  let repeated: { readonly code: number; readonly intent: Intent } | null = null;
  return {
    key(code, value, time) {
      const action = keyAction(code);
      if (action === undefined || value === 2) return null;
      if (value === 1) {
        if (ignored.has(code)) return null;
        down.set(code, time);
        if (action.when === "release") return null;
        repeated = action.when === "repeat" ? { code, intent: action.intent } : null;
        return action.intent;
      }
      if (repeated?.code === code) repeated = null;
      const pressed = down.get(code);
      down.delete(code);
      if (ignored.delete(code) || pressed === undefined) return null;
      const short = time - pressed <= SHORT_PRESS_MS;
      return action.when === "release" && short ? action.intent : null;
    },
    repeating: () => repeated?.intent ?? null,
    reset(now) {
      ignored = new Set(now);
      down = new Map();
      repeated = null;
    },
  };
}

/** One finger on the panel, in pixels; `cancel` also when a second finger came. */
export interface Contact {
  readonly kind: "down" | "move" | "up" | "cancel";
  readonly x: number;
  readonly y: number;
}

/** What one finger means. `drag` has the way since the last one, positive downwards. */
export type Touch =
  | { readonly kind: "press"; readonly x: number; readonly y: number }
  | { readonly kind: "tap"; readonly x: number; readonly y: number }
  | { readonly kind: "drag"; readonly dy: number }
  | { readonly kind: "cancel" };

/** Turns contacts into presses, taps and drags; a finger that moved further than `slop` pixels never taps. */
export function touchGestures(slop: number): { contact(contact: Contact): Touch[] } {
  let start: { readonly x: number; readonly y: number } | null = null;
  let last = 0;
  let dragging = false;
  return {
    contact({ kind, x, y }) {
      if (kind === "down") {
        start = { x, y };
        dragging = false;
        return [{ kind: "press", x, y }];
      }
      if (start === null) return [];
      if (kind === "move") {
        if (dragging) {
          const dy = y - last;
          last = y;
          return [{ kind: "drag", dy }];
        }
        if (Math.hypot(x - start.x, y - start.y) <= slop) return [];
        dragging = true;
        last = y;
        return [{ kind: "cancel" }, { kind: "drag", dy: y - start.y }];
      }
      const tapped = kind === "up" && !dragging && Math.hypot(x - start.x, y - start.y) <= slop;
      start = null;
      return tapped ? [{ kind: "tap", x, y }] : [{ kind: "cancel" }];
    },
  };
}
