import type { ViewItem } from "../../menu/view.ts";
import { MIN_TARGET, type Rect } from "../geometry.ts";
import { iconForKey } from "../icons.ts";
import { type Operation, shift } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { type ItemState, itemFrame } from "./frame.ts";

/** In units: the least width of a tile, what lies between two, what is free beside its name, and its sign. */
const [LEAST, GAP, INSET, SIGN] = [60, 8, 4, 20];
/** In units: from this width on the name stands beside the sign. */
const INLINE = 140;

/** An item with its place. */
export interface PlacedItem {
  readonly item: ViewItem;
  readonly rect: Rect;
}

/** Items beside each other, in as many rows as they need, from `y` on. */
export function placeTiles(
  pen: Pen,
  items: readonly ViewItem[],
  x: number,
  y: number,
  width: number,
): PlacedItem[] {
  const gap = pen.px(GAP);
  const columns = columnsFor(pen, items, width);
  const wide = Math.floor((width - (columns - 1) * gap) / columns);
  const lines = Math.max(1, ...items.map(({ label }) => words(pen, label, wide).height));
  const least = Math.ceil(pen.px(MIN_TARGET)) + 1;
  const high = isInline(pen, wide) ? least : Math.max(least, pen.em(SIGN) + lines + pen.px(2 * 9 + 3));
  return items.map((item, index) => ({
    item,
    rect: {
      x: x + (index % columns) * (wide + gap),
      y: y + Math.floor(index / columns) * (high + gap),
      width: wide,
      height: high,
    },
  }));
}

/** As few rows as there can be without a word that is broken. */
function columnsFor(pen: Pen, items: readonly ViewItem[], width: number): number {
  const gap = pen.px(GAP);
  const longest = Math.max(
    0,
    ...items.flatMap(({ label }) => label.split(" ")).map((word) => pen.width(word, TEXT.chip)),
  );
  const least = Math.max(pen.px(LEAST), longest + 2 * pen.px(INSET));
  const fit = Math.max(1, Math.floor((width + gap) / (least + gap)));
  const rows = Math.max(1, Math.ceil(items.length / fit));
  return Math.max(1, Math.ceil(items.length / rows));
}

/** The name of an item, its lines at y = 0 and x = 0. */
function words(pen: Pen, label: string, width: number, color: Color = "text"): Part {
  const room = width - 2 * pen.px(INSET);
  return pen.paragraph(label, TEXT.chip, color, { x: 0, y: 0, width: room, lines: 2 });
}

/** There is room for the name beside the sign. */
function isInline(pen: Pen, width: number): boolean {
  return width >= pen.em(INLINE);
}

/** An action in little room: its sign above its name; beside it where there is room for that. */
export function tile(pen: Pen, { item, rect }: PlacedItem, state: ItemState): Operation[] {
  if (isInline(pen, rect.width)) return inlineTile(pen, item, rect, state);
  const icon = pen.em(SIGN);
  const name = words(pen, item.label, rect.width, state.enabled ? "text" : "muted");
  const top = rect.y + Math.round((rect.height - icon - pen.px(3) - name.height) / 2);
  return [
    itemFrame(pen, rect, state),
    pen.icon(
      iconForKey(item.key),
      signColor(item, state),
      rect.x + Math.round((rect.width - icon) / 2),
      top,
      icon,
    ),
    ...name.operations.map((line) => {
      const x = rect.x + Math.round((rect.width - line.rect.width) / 2);
      return shift({ ...line, rect: { ...line.rect, x } }, top + icon + pen.px(3));
    }),
  ];
}

function inlineTile(pen: Pen, item: ViewItem, rect: Rect, state: ItemState): Operation[] {
  const icon = pen.em(20);
  const padding = pen.px(11);
  const left = rect.x + padding + icon + pen.px(8);
  const middle = rect.y + Math.round((rect.height - icon) / 2);
  return [
    itemFrame(pen, rect, state),
    pen.icon(iconForKey(item.key), signColor(item, state), rect.x + padding, middle, icon),
    pen.line(item.label, TEXT.tile, state.enabled ? "text" : "muted", {
      ...rect,
      x: left,
      width: rect.x + rect.width - pen.px(6) - left,
    }),
  ];
}

function signColor({ tone }: ViewItem, state: ItemState): Color {
  if (!state.enabled) return "dotOff";
  if (tone === "warning" || tone === "danger") return tone;
  return state.focused ? "accent" : "muted";
}
