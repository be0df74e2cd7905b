import { firstCalm, type Item } from "./item.ts";
import { type Model, replaceTop, topOf } from "./model.ts";
import { itemsNow, SCREENS } from "./screens/table.ts";

/**
 * Index of the focused item of the screen that is seen. When the item that had the focus cannot be chosen
 * any more, Back gets it: a second press of the same key then does no harm.
 */
export function focusOf(model: Model, items: readonly Item[] = itemsNow(model)): number {
  const place = topOf(model);
  const wanted = indexOfEnabled(items, place.focus);
  if (wanted >= 0) return wanted;
  if (place.focus !== null) {
    const back = indexOfEnabled(items, "back");
    if (back >= 0) return back;
  }
  const firstFocus = SCREENS[place.screen].firstFocus ?? firstCalm;
  const first = indexOfEnabled(items, firstFocus(items, model));
  if (first >= 0) return first;
  const anything = items.findIndex((item) => item.enabled);
  return Math.max(0, anything);
}

function indexOfEnabled(items: readonly Item[], key: string | null): number {
  return items.findIndex((item) => item.enabled && item.key === key);
}

/** Moves the focus to the next enabled item in a direction. The ends are ends: lists never wrap. */
export function moveFocus(model: Model, direction: 1 | -1): Model {
  const items = itemsNow(model);
  let index = focusOf(model, items) + direction;
  while (items[index]?.enabled === false) index += direction;
  const item = items[index];
  return item === undefined ? model : setFocus(model, item.key);
}

export function setFocus(model: Model, key: string): Model {
  return replaceTop(model, { focus: key });
}
