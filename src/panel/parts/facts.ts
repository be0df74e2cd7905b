import type { View } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";
import { plate } from "./frame.ts";

/** A table of labels and values on one ground, with fine lines between. */
export function facts(pen: Pen, lines: View["facts"], x: number, y: number, width: number): Part {
  const padding = pen.px(14);
  const inner = width - 2 * padding;
  const labelWidth = Math.min(
    Math.max(...lines.map((line) => pen.width(line.label, TEXT.detail))),
    Math.round(inner * 0.42),
  );
  const left = x + padding + labelWidth + pen.px(16);
  const operations: Operation[] = [];
  let top = y + pen.px(5);
  for (const [index, { label, value }] of lines.entries()) {
    if (index > 0) operations.push(pen.box({ x: x + padding, y: top, width: inner, height: 1 }, 0, "line"));
    top += pen.px(8);
    const name = pen.paragraph(label, TEXT.detail, "muted", {
      x: x + padding,
      y: top,
      width: labelWidth,
      lines: 2,
    });
    const text = pen.paragraph(value, TEXT.detail, "text", {
      x: left,
      y: top,
      width: x + width - padding - left,
      lines: 5,
    });
    operations.push(...name.operations, ...text.operations);
    top += Math.max(text.height, name.height, pen.lineHeight(TEXT.detail)) + pen.px(8);
  }
  const height = top + pen.px(5) - y;
  return { operations: [plate(pen, { x, y, width, height }), ...operations], height };
}
