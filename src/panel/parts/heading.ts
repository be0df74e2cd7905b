import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";

export const BRAND = "Holdfast";

/** The mark with the product's name, and the title of the screen below it. */
export function heading(pen: Pen, title: string, x: number, y: number, width: number): Part {
  const mark = pen.px(20);
  const gap = pen.px(8);
  const brand = pen.line(BRAND, TEXT.brand, "muted", {
    x: x + mark + gap,
    y,
    width: width - mark - gap,
    height: mark,
  });
  const top = y + mark + pen.px(6);
  const below = pen.paragraph(title, TEXT.title, "text", { x, y: top, width, lines: 2 });
  return {
    operations: [pen.icon("mark", "accent", x, y, mark), brand, ...below.operations],
    height: mark + pen.px(6) + below.height,
  };
}
