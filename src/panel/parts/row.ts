import type { ViewItem } from "../../menu/view.ts";
import { MIN_TARGET } from "../geometry.ts";
import { iconForKey } from "../icons.ts";
import { type Operation, shift } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { type ItemState, itemFrame } from "./frame.ts";

/** An action: icon, label, a second line where there is one, and an arrow while it has the focus. */
export function actionRow(
  pen: Pen,
  item: ViewItem,
  state: ItemState,
  x: number,
  y: number,
  width: number,
): Part {
  const padding = pen.px(16);
  const icon = pen.px(22);
  const left = x + padding + icon + pen.px(12);
  const chevron = pen.px(18);
  const room = x + width - padding - chevron - pen.px(2) - left;
  const label = pen.paragraph(item.label, TEXT.label, labelColor(item), {
    x: left,
    y: 0,
    width: room,
    lines: 2,
  });
  const detail =
    item.detail === null
      ? { operations: [], height: 0 }
      : pen.paragraph(item.detail, TEXT.detail, "muted", { x: left, y: 0, width: room, lines: 3 });
  const height = Math.max(Math.ceil(pen.px(MIN_TARGET)) + 1, label.height + detail.height + 2 * pen.px(11));
  const top = y + Math.round((height - label.height - detail.height) / 2);
  const middle = (size: number): number => y + Math.round((height - size) / 2);
  const operations: Operation[] = [
    itemFrame(pen, { x, y, width, height }, state),
    pen.icon(
      iconForKey(item.key),
      state.enabled ? iconColor(item, state) : "dotOff",
      x + padding,
      middle(icon),
      icon,
    ),
    ...lower(label.operations, top),
    ...lower(detail.operations, top + label.height),
  ];
  if (state.focused)
    operations.push(pen.icon("chevron", "accent", x + width - padding - chevron, middle(chevron), chevron));
  return { operations, height };
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
