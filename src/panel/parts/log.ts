import type { TextLog, Tone } from "../../menu/view.ts";
import type { Rect } from "../geometry.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";
import { plate } from "./frame.ts";

const INKS: Readonly<Record<Tone, Color>> = {
  neutral: "muted",
  good: "text",
  info: "text",
  warning: "warning",
  danger: "danger",
};
/** Rows that one line may take: a longer one ends in an ellipsis. */
const MOST_ROWS = 4;
/** In units: free at the edges, before the letters for the bar of an error, and between two lines. */
const [PADDING, BAR, BETWEEN] = [12, 8, 2];

function roomIn(pen: Pen, width: number): number {
  return width - 2 * pen.px(PADDING) - pen.px(BAR);
}

/** How far a finger moves the text for one line, and whether there is more below. */
export function logSteps(
  pen: Pen,
  { lines, at }: TextLog,
  width: number,
  height: number,
): { first: number; before: number; atEnd: boolean } {
  const room = roomIn(pen, width);
  const step = (index: number): number => {
    const { height: rows } = pen.paragraph(lines[index]?.text ?? "", TEXT.log, "muted", {
      x: 0,
      y: 0,
      width: room,
      lines: MOST_ROWS,
    });
    return Math.max(rows, pen.lineHeight(TEXT.log)) + pen.px(BETWEEN);
  };
  const space = height - 2 * pen.px(PADDING);
  let used = 0;
  let index = at;
  for (; index < lines.length && used <= space; index += 1) used += step(index);
  return { first: step(at), before: step(at - 1), atEnd: index >= lines.length && used <= space };
}

/**
 * As many lines from `at` on as fit into `height`. A line of a warning or an error has a bar before it, besides
 * its colour. `offset` moves all of it up by so many pixels, while a finger drags.
 */
export function log(
  pen: Pen,
  { lines, at }: TextLog,
  offset: number,
  x: number,
  y: number,
  width: number,
  height: number,
): Part {
  const padding = pen.px(PADDING);
  const left = x + padding + pen.px(BAR);
  const room = roomIn(pen, width);
  const operations: Operation[] = [plate(pen, { x, y, width, height })];
  const bottom = y + height - padding;
  let top = y + padding - offset;
  for (let index = at; index < lines.length && top < bottom; index += 1) {
    const line = lines[index];
    if (line === undefined) break;
    const rows = pen.paragraph(line.text, TEXT.log, INKS[line.tone], {
      x: left,
      y: top,
      width: room,
      lines: MOST_ROWS,
    });
    const used = Math.max(rows.height, pen.lineHeight(TEXT.log));
    const drawn = [...rows.operations, ...barOf(pen, line.tone, { x: x + padding, y: top, height: used })];
    const isRtl = rows.operations.some((operation) => operation.kind === "text" && operation.rtl);
    operations.push(...(isRtl ? drawn.map((each) => opposite(each, x, width)) : drawn));
    top += used + pen.px(BETWEEN);
  }
  // The plate's round edge stays whole, and half lines fade.
  const inner = { x: left, y: y + pen.px(2), width: room, height: padding };
  if (at > 0 || offset > 0) operations.push(pen.fade(inner, "top", "surface"));
  if (top > bottom)
    operations.push(
      pen.fade(
        { ...inner, y: y + height - 2 * padding, height: 2 * padding - pen.px(2) },
        "bottom",
        "surface",
      ),
    );
  return { operations: [...operations, ...position(pen, { lines, at }, x + width, y, height)], height };
}

/** The bar before a line of a warning or an error. */
function barOf(pen: Pen, tone: Tone, { x, y, height }: Omit<Rect, "width">): Operation[] {
  if (tone !== "danger" && tone !== "warning") return [];
  return [pen.box({ x, y: y + pen.px(2), width: pen.px(3), height: height - pen.px(4) }, 0, tone)];
}

/** A sentence from right to left begins at the other edge of the log. */
function opposite(operation: Operation, x: number, width: number): Operation {
  const { rect } = operation;
  return { ...operation, rect: { ...rect, x: 2 * x + width - rect.x - rect.width } };
}

/** A bar at the edge: how far down in the text this is. */
function position(pen: Pen, { lines, at }: TextLog, right: number, y: number, height: number): Operation[] {
  if (lines.length < 2) return [];
  const track = height - pen.px(20);
  const length = Math.max(pen.px(18), Math.round(track / Math.max(1, lines.length / 20)));
  if (length >= track) return [];
  const top =
    y + pen.px(10) + Math.round(((track - length) * Math.min(at, lines.length - 1)) / (lines.length - 1));
  const width = Math.max(2, pen.px(3));
  return [pen.box({ x: right - pen.px(6) - width, y: top, width, height: length }, width / 2, "dotOff")];
}
