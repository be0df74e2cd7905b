import type { ViewItem } from "../../menu/view.ts";
import { MIN_TARGET, type Rect } from "../geometry.ts";
import { iconForKey } from "../icons.ts";
import { type Operation, shift } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { type ItemState, itemFrame } from "./frame.ts";
import { actionRow } from "./row.ts";

/** In units: the least width of a tile, what lies between two, and its sign. */
const [LEAST, GAP, SIGN] = [60, 8, 20];

/** A tile this much wider than high is a row. */
const WIDE = 3;

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
  const fit = Math.max(1, Math.floor((width + gap) / (Math.max(pen.em(LEAST), pen.px(LEAST)) + gap)));
  const rows = Math.max(1, Math.ceil(items.length / fit));
  const columns = Math.max(1, Math.ceil(items.length / rows));
  const wide = Math.floor((width - (columns - 1) * gap) / columns);
  if (items.length === 1)
    return items.map((item) => ({ item, rect: { x, y, width, height: rowHeight(pen, item, width) } }));
  const lines = Math.max(1, ...items.map(({ label }) => words(pen, label, wide).height));
  const high = Math.max(Math.ceil(pen.px(MIN_TARGET)) + 1, pen.em(SIGN) + lines + pen.px(2 * 9 + 3));
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

function rowHeight(pen: Pen, item: ViewItem, width: number): number {
  const state = { focused: false, pressed: false, enabled: true, held: null };
  return actionRow(pen, { ...item, detail: null }, state, 0, 0, width).height;
}

/** The name of an item, its lines at y = 0 and x = 0. */
function words(pen: Pen, label: string, width: number, color: Color = "text"): Part {
  return pen.paragraph(label, TEXT.chip, color, { x: 0, y: 0, width: width - 2 * pen.px(6), lines: 2 });
}

/** An action in little room: its sign above its name; beside it where there is room for that. */
export function tile(pen: Pen, { item, rect }: PlacedItem, state: ItemState): Operation[] {
  if (rect.width > rect.height * WIDE)
    return [...actionRow(pen, { ...item, detail: null }, state, rect.x, rect.y, rect.width).operations];
  const icon = pen.em(SIGN);
  const name = words(pen, item.label, rect.width, state.enabled ? "text" : "muted");
  const top = rect.y + Math.round((rect.height - icon - pen.px(3) - name.height) / 2);
  const calm = item.tone === "neutral" || item.tone === "info" || item.tone === "good";
  const color = !state.enabled ? "dotOff" : !calm ? item.tone : state.focused ? "accent" : "muted";
  return [
    itemFrame(pen, rect, state),
    pen.icon(iconForKey(item.key), color, rect.x + Math.round((rect.width - icon) / 2), top, icon),
    ...name.operations.map((line) => {
      const x = rect.x + Math.round((rect.width - line.rect.width) / 2);
      return shift({ ...line, rect: { ...line.rect, x } }, top + icon + pen.px(3));
    }),
  ];
}
