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

/** Keys while a text is asked for: letters are letters, and nothing else is chosen. */
function entryIntent(event: KeyEvent, isHere: boolean): Intent | null {
  if (event.kind === "escape") return { kind: "back" };
  if (!isHere) return null;
  if (event.kind === "char") return { kind: "type", text: event.char };
  if (event.kind === "backspace") return { kind: "erase" };
  return event.kind === "enter" ? { kind: "submit" } : null;
}

/**
 * Keys of a full screen: arrows and j k move, Enter and Space choose, Esc goes back, digits choose. `page` is
 * how many lines of a long text are seen.
 */
export function fullScreenIntent(event: KeyEvent, view: View, page = 10): Intent | null {
  if (view.entry !== null) return entryIntent(event, view.entry.isHere);
  switch (event.kind) {
    case "up":
      return { kind: "previous" };
    case "down":
      return { kind: "next" };
    case "page-up":
      return { kind: "scroll", lines: -page };
    case "page-down":
      return { kind: "scroll", lines: page };
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
