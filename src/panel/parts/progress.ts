import type { Progress } from "../../menu/view.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";
import { plate } from "./frame.ts";

/** The part of a bar that wanders while nobody knows how much is done. */
const WANDERER = 0.28;

/**
 * What is under way, with a bar that is as full as it is done. While nobody knows, a piece wanders: `beat`
 * goes from 0 to 1 and starts again, and stands still when Holdfast does.
 */
export function progress(
  pen: Pen,
  { text, fraction }: Progress,
  beat: number,
  x: number,
  y: number,
  width: number,
): Part {
  const padding = pen.px(16);
  const [left, inner] = [x + padding, width - 2 * padding];
  const share = fraction === null ? null : Math.min(Math.max(fraction, 0), 1);
  const percent = share === null ? "" : `${Math.floor(share * 100)} %`;
  const percentWidth = percent === "" ? 0 : pen.width(percent, TEXT.label);
  const room = inner - (percentWidth === 0 ? 0 : percentWidth + pen.px(12));
  const words = pen.paragraph(text, TEXT.body, "text", { x: left, y: y + padding, width: room, lines: 3 });
  const lineHeight = pen.lineHeight(TEXT.body);
  const top = y + padding + Math.max(words.height, lineHeight) + pen.px(12);
  const bar = pen.px(8);
  const height = top + bar + padding - y;
  const length = share === null ? Math.round(inner * WANDERER) : Math.round(inner * share);
  const at = share === null ? left + Math.round((inner - length) * swing(beat)) : left;
  const operations = [plate(pen, { x, y, width, height }), ...words.operations];
  if (percentWidth > 0)
    operations.push(
      pen.line(percent, TEXT.label, "accent", {
        x: x + width - padding - percentWidth,
        y: y + padding,
        width: percentWidth,
        height: lineHeight,
      }),
    );
  operations.push(pen.box({ x: left, y: top, width: inner, height: bar }, bar / 2, "track"));
  if (length > 0)
    operations.push(pen.box({ x: at, y: top, width: Math.max(length, bar), height: bar }, bar / 2, "accent"));
  return { operations, height };
}

/** There and back again, slower at the ends. */
function swing(beat: number): number {
  return (1 - Math.cos(beat * 2 * Math.PI)) / 2;
}
