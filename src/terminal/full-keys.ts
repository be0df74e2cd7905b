import type { Intent, View } from "../menu/view.ts";
import type { KeyEvent } from "./keys.ts";

const CHARS: Readonly<Record<string, Intent>> = {
  j: { kind: "next" },
  k: { kind: "previous" },
  " ": { kind: "choose" },
};

/** Chooses the item with the number that a person typed, counted from 1. */
export function chooseNumber(view: View, typed: string): Intent | null {
  const item = /^[1-9]\d?$/.test(typed) ? view.items[Number(typed) - 1] : undefined;
  return item === undefined ? null : { kind: "choose-item", key: item.key };
}

/** Keys of a full screen: arrows and j k move, Enter and Space choose, Esc goes back, digits choose. */
export function fullScreenIntent(event: KeyEvent, view: View): Intent | null {
  switch (event.kind) {
    case "up":
      return { kind: "previous" };
    case "down":
      return { kind: "next" };
    case "enter":
      return { kind: "choose" };
    case "escape":
    case "backspace":
    case "left":
      return { kind: "back" };
    case "char":
      return CHARS[event.char] ?? chooseNumber(view, event.char);
    default:
      return null;
  }
}
