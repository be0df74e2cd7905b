import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";

/** What the items below belong to, on the ground between two of them. */
export function groupHeading(pen: Pen, heading: string, x: number, y: number, width: number): Part {
  const inset = pen.px(4);
  const above = pen.px(6);
  const words = pen.paragraph(heading, TEXT.detail, "muted", {
    ...{ x: x + inset, y: y + above, width: width - 2 * inset, lines: 2 },
  });
  return { operations: words.operations, height: words.height + above };
}
