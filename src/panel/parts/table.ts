import type { Table } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";
import { plate } from "./frame.ts";

/** Two things side by side: above each pair of values what it is; what differs stands out and has a sign. */
export function table(pen: Pen, { columns, rows }: Table, x: number, y: number, width: number): Part {
  const padding = pen.px(14);
  const gap = pen.px(16);
  const inner = width - 2 * padding;
  const half = Math.floor((inner - gap) / 2);
  const lefts = [x + padding, x + padding + half + gap] as const;
  const operations: Operation[] = [];
  let top = y + pen.px(12);
  const across = (words: readonly [string, string], put: (text: string, left: number) => Part): void => {
    const parts = words.map((word, index) => put(word, lefts[index] ?? x));
    for (const part of parts) operations.push(...part.operations);
    top += Math.max(...parts.map((part) => part.height));
  };
  across(columns, (text, left) =>
    pen.paragraph(text, TEXT.label, "text", { x: left, y: top, width: half, lines: 2 }),
  );
  for (const { label, cells, differs } of rows) {
    top += pen.px(8);
    operations.push(
      pen.box({ x: x + padding, y: top, width: inner, height: Math.max(1, pen.px(1)) }, 0, "line"),
    );
    top += pen.px(8);
    const sign = pen.em(14);
    const room = inner - (differs ? sign + pen.px(6) : 0);
    const name = pen.line(label, TEXT.chip, "muted", { x: x + padding, y: top, width: room });
    operations.push(name);
    if (differs)
      operations.push(
        pen.icon(
          "differs",
          "accent",
          name.rect.x + name.rect.width + pen.px(6),
          top + Math.round((name.rect.height - sign) / 2),
          sign,
        ),
      );
    top += name.rect.height + pen.px(1);
    across(cells, (text, left) =>
      pen.paragraph(text, TEXT.detail, differs ? "text" : "muted", {
        x: left,
        y: top,
        width: half,
        lines: 3,
      }),
    );
  }
  const height = top + pen.px(12) - y;
  return { operations: [plate(pen, { x, y, width, height }), ...operations], height };
}
