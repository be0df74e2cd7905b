import type { Table } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT, type TextStyle } from "../theme.ts";
import { plate } from "./frame.ts";

type Row = Table["rows"][number];

/** In units: free at the edges, between two columns, and above and below a line between two rows. */
const [PADDING, GAP, BETWEEN] = [14, 16, 8];

/** Where the columns of a table are, in pixels: of the labels, if they have one of their own, and of the values. */
interface Columns {
  /** Null where each label stands above its values. */
  readonly label: number | null;
  readonly lefts: readonly [number, number];
  readonly width: number;
}

/** Two things side by side, with what each pair of values is; what differs stands out and has a sign. */
export function table(pen: Pen, content: Table, x: number, y: number, width: number): Part {
  const columns = columnsOf(pen, content, x + pen.px(PADDING), width - 2 * pen.px(PADDING));
  const operations: Operation[] = [];
  let top = y + pen.px(12);
  const add = (part: Part): void => {
    operations.push(...part.operations);
    top += part.height;
  };
  add(pair(pen, columns, content.columns, TEXT.label, "text", top, 2));
  for (const row of content.rows) {
    top += pen.px(BETWEEN);
    const line = { x: x + pen.px(PADDING), y: top, width: width - 2 * pen.px(PADDING) };
    operations.push(pen.box({ ...line, height: Math.max(1, pen.px(1)) }, 0, "line"));
    top += pen.px(BETWEEN);
    const label = labelOf(pen, row, line.x, top, columns.label ?? line.width);
    operations.push(...label.operations);
    if (columns.label === null) top += label.height + pen.px(1);
    add(pair(pen, columns, row.cells, TEXT.detail, row.differs ? "text" : "muted", top, 3));
  }
  const height = top + pen.px(12) - y;
  return { operations: [plate(pen, { x, y, width, height }), ...operations], height };
}

/** Three columns where everything has room on one line, else two with the labels above them. */
function columnsOf(pen: Pen, { columns, rows }: Table, x: number, width: number): Columns {
  const gap = pen.px(GAP);
  const label = Math.max(...rows.map(({ label }) => pen.width(label, TEXT.detail))) + signOf(pen) + pen.px(6);
  const value = Math.floor((width - label - 2 * gap) / 2);
  const fits =
    columns.every((name) => pen.width(name, TEXT.label) <= value) &&
    rows.every(({ cells }) => cells.every((cell) => pen.width(cell, TEXT.detail) <= value));
  if (fits) return { label, lefts: [x + label + gap, x + label + 2 * gap + value], width: value };
  const half = Math.floor((width - gap) / 2);
  return { label: null, lefts: [x, x + half + gap], width: half };
}

function signOf(pen: Pen): number {
  return pen.em(14);
}

function pair(
  pen: Pen,
  { lefts, width }: Columns,
  words: readonly [string, string],
  style: TextStyle,
  color: "text" | "muted",
  y: number,
  lines: number,
): Part {
  const parts = words.map((word, index) =>
    pen.paragraph(word, style, color, { x: lefts[index] ?? 0, y, width, lines }),
  );
  return {
    operations: parts.flatMap(({ operations }) => operations),
    height: Math.max(...parts.map(({ height }) => height)),
  };
}

function labelOf(pen: Pen, { label, differs }: Row, x: number, y: number, width: number): Part {
  const sign = signOf(pen);
  const space = pen.px(6);
  const room = width - (differs ? sign + space : 0);
  const name = pen.line(label, TEXT.detail, "muted", { x, y, width: room });
  const { height } = name.rect;
  if (!differs) return { operations: [name], height };
  const at = { x: x + name.rect.width + space, y: y + Math.round((height - sign) / 2) };
  return { operations: [name, pen.icon("differs", "accent", at.x, at.y, sign)], height };
}
