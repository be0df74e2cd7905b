import { Key } from "../../bytes/input-event.ts";
import type { Intent } from "../../menu/view.ts";

/**
 * When a key acts. `repeat`: on press, again while held (the menu's own clock: phone keys have none in the
 * kernel). `press`: once, on press. `release`: on release after a short press, so that a long one can do
 * something else, or nothing.
 */
export interface KeyAction {
  readonly intent: Intent;
  readonly when: "repeat" | "press" | "release";
}

const previous: KeyAction = { intent: { kind: "previous" }, when: "repeat" };
const next: KeyAction = { intent: { kind: "next" }, when: "repeat" };
const choose: KeyAction = { intent: { kind: "choose" }, when: "press" };
const back: KeyAction = { intent: { kind: "back" }, when: "press" };
const shortPress: KeyAction = { intent: { kind: "choose" }, when: "release" };

const MAP: ReadonlyMap<number, KeyAction> = new Map([
  [Key.volumeUp, previous],
  [Key.volumeDown, next],
  [Key.power, shortPress],
  [Key.power2, shortPress],
  [Key.up, previous],
  [Key.left, previous],
  [Key.down, next],
  [Key.right, next],
  [Key.tab, next],
  [Key.enter, choose],
  [Key.keypadEnter, choose],
  [Key.space, choose],
  [Key.ok, choose],
  [Key.select, choose],
  [Key.esc, back],
  [Key.backspace, back],
  [Key.back, back],
  [Key.dpadUp, previous],
  [Key.dpadLeft, previous],
  [Key.dpadDown, next],
  [Key.dpadRight, next],
  [Key.buttonSouth, choose],
  [Key.buttonEast, back],
]);

/** Codes of the keys that do something in the menu. */
export const MENU_KEYS: ReadonlySet<number> = new Set(MAP.keys());

/** What the key does; undefined when nothing. */
export function keyAction(code: number): KeyAction | undefined {
  return MAP.get(code);
}
