import { openTyping, type Typing } from "./entry.ts";
import { focusOf, setFocus } from "./focus.ts";
import type { Item } from "./item.ts";
import type { Model, Viewer } from "./model.ts";
import { itemsNow } from "./screens/table.ts";

/** How long a dangerous item is held. */
export const HOLD_MS = 3000;

/** A finger or key went down on a dangerous item. Only consoles that have something to hold may do that. */
export function startHold(model: Model, key: string | null, from: Viewer): Model {
  const items = itemsNow(model);
  const item = key === null ? items[focusOf(model, items)] : items.find((each) => each.key === key);
  if (from.confirms !== "hold" || item === undefined || item.word === null || item.action === null)
    return model;
  return { ...setFocus(model, item.key), hold: { key: item.key, from: from.name, ms: 0 } };
}

/** The item that was held long enough, if it still is there. */
export function heldItem({ hold, ...model }: Model): Item | null {
  if (hold === null || hold.ms < HOLD_MS) return null;
  return dangerous({ ...model, hold }, hold.key);
}

/** A dangerous item of the screen that is seen, if it can be chosen now. */
export function dangerous(model: Model, key: string): Item | null {
  const item = itemsNow(model).find((each) => each.key === key);
  return item !== undefined && item.word !== null && item.action !== null ? item : null;
}

/** Asks for the word that stands for a hold on a terminal. */
export function askForWord(item: Item, word: string, from: string): Typing {
  return openTyping({
    kind: "word",
    purpose: { kind: "confirm", item: item.key, word },
    from,
  });
}

/** Whether what was typed is the word; neither case nor blanks around it matter. */
export function isWord(typed: string, word: string): boolean {
  return typed.trim().toUpperCase() === word;
}
