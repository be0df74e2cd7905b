import type { ViewItem } from "../../menu/view.ts";
import { MIN_TARGET, type Rect } from "../geometry.ts";
import { iconForKey } from "../icons.ts";
import { type Operation, shift } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { type ItemState, itemFrame } from "./frame.ts";

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

/** The name of an item, its lines at y = 0 and x = 0. */
function words(pen: Pen, label: string, width: number, color: Color = "text"): Part {
  return pen.paragraph(label, TEXT.chip, color, { x: 0, y: 0, width: width - 2 * pen.px(6), lines: 2 });
}

/** An action in little room: its sign above its name; beside it where there is room for that. */
export function tile(pen: Pen, { item, rect }: PlacedItem, state: ItemState): Operation[] {
  if (rect.width > rect.height * WIDE) return wideTile(pen, item, rect, state);
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

function wideTile(pen: Pen, item: ViewItem, rect: Rect, state: ItemState): Operation[] {
  const icon = pen.em(22);
  const padding = pen.px(16);
  const left = rect.x + padding + icon + pen.px(12);
  return [
    itemFrame(pen, rect, state),
    pen.icon(
      iconForKey(item.key),
      signColor(item, state),
      rect.x + padding,
      rect.y + Math.round((rect.height - icon) / 2),
      icon,
    ),
    pen.line(item.label, TEXT.label, state.enabled ? "text" : "muted", {
      ...rect,
      x: left,
      width: rect.x + rect.width - padding - left,
    }),
  ];
}

function signColor({ tone }: ViewItem, state: ItemState): Color {
  if (!state.enabled) return "dotOff";
  if (tone === "warning" || tone === "danger") return tone;
  return state.focused ? "accent" : "muted";
}
