import type { ViewItem } from "../../menu/view.ts";
import { MIN_TARGET } from "../geometry.ts";
import { iconForKey } from "../icons.ts";
import { type Operation, shift } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { radio, rowEnd } from "./control.ts";
import { type ItemState, itemFrame } from "./frame.ts";

/** An action: icon, label, a second line where there is one, and what it is set to. */
export function actionRow(
  pen: Pen,
  item: ViewItem,
  state: ItemState,
  x: number,
  y: number,
  width: number,
): Part {
  const padding = pen.px(16);
  const icon = pen.em(22);
  const left = x + padding + icon + pen.px(12);
  const end = rowEnd(pen, item, state, width);
  const endLeft = x + width - padding - end.width;
  const room = endLeft - pen.px(item.control === null && !item.hold ? 2 : 10) - left;
  const label = pen.paragraph(item.label, TEXT.label, labelColor(item), {
    x: left,
    y: 0,
    width: room,
    lines: 3,
  });
  const detail =
    item.detail === null
      ? { operations: [], height: 0 }
      : pen.paragraph(item.detail, TEXT.detail, "muted", { x: left, y: 0, width: room, lines: 4 });
  const height = Math.max(Math.ceil(pen.px(MIN_TARGET)) + 1, label.height + detail.height + 2 * pen.px(11));
  const top = y + Math.round((height - label.height - detail.height) / 2);
  const middle = y + Math.round(height / 2);
  return {
    operations: [
      itemFrame(pen, { x, y, width, height }, state),
      ...leadingSign(pen, item, state, x + padding, middle - Math.round(icon / 2), icon),
      ...lower(label.operations, top),
      ...lower(detail.operations, top + label.height),
      ...end.draw(endLeft, middle),
    ],
    height,
  };
}

/** What the action is, or whether it is the one of several that is on. */
function leadingSign(
  pen: Pen,
  item: ViewItem,
  state: ItemState,
  x: number,
  y: number,
  size: number,
): Operation[] {
  if (item.control?.kind === "radio") return radio(pen, item.control.on, state, x, y, size);
  const color = state.enabled ? iconColor(item, state) : "dotOff";
  return [pen.icon(iconForKey(item.key), color, x, y, size)];
}

function labelColor(item: ViewItem): Color {
  if (!item.enabled) return "muted";
  return item.tone === "danger" || item.tone === "warning" ? item.tone : "text";
}

function iconColor(item: ViewItem, state: ItemState): Color {
  if (item.tone !== "neutral" && item.tone !== "info") return item.tone;
  return state.focused ? "accent" : "muted";
}

/** Lines made at y = 0 moved to where they belong. */
function lower(operations: readonly Operation[], y: number): Operation[] {
  return operations.map((operation) => shift(operation, y));
}
