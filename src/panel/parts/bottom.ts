import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";

const HINT_ICONS = ["volumeKeys", "powerKey"] as const;

/**
 * The line that says which key does what. A hint of two phrases gets the glyph of the volume keys in front
 * of the first and that of the power key in front of the second.
 */
export function hintLine(pen: Pen, hint: string, x: number, y: number, width: number): Part {
  const phrases = hint.split(/[,،] | · /).map(capitalized);
  const height = pen.em(24);
  const icon = pen.em(22);
  if (phrases.length !== HINT_ICONS.length) {
    const text = pen.paragraph(hint, TEXT.detail, "muted", { x, y, width, lines: 2 });
    return text;
  }
  const operations: Operation[] = [];
  const gap = pen.px(22);
  // The glyph is narrower than its field: what a person sees starts at the edge.
  const inset = Math.round(icon * 0.2);
  let [left, top] = [x - inset, y];
  for (const [index, name] of HINT_ICONS.entries()) {
    const words = phrases[index] ?? "";
    const all = icon + pen.px(3) + pen.width(words, TEXT.detail);
    if (left > x && left + all > x + width) {
      left = x - inset;
      top += height + pen.px(2);
    }
    const at = { x: left + icon + pen.px(3), y: top, width: x + width - left - icon - pen.px(3), height };
    operations.push(pen.icon(name, "muted", left, top + Math.round((height - icon) / 2), icon));
    operations.push(pen.line(words, TEXT.detail, "muted", at));
    left += all + gap;
  }
  return { operations, height: top + height - y };
}

function capitalized(phrase: string): string {
  return phrase.charAt(0).toUpperCase() + phrase.slice(1);
}

/** What happens by itself, with a clock before it. */
export function countdownLine(pen: Pen, text: string, x: number, y: number, width: number): Part {
  const icon = pen.em(20);
  const left = x + icon + pen.px(8);
  const words = pen.paragraph(text, TEXT.body, "text", { x: left, y, width: x + width - left, lines: 2 });
  const firstLine = pen.lineHeight(TEXT.body);
  return {
    operations: [
      pen.icon("clock", "accent", x, y + Math.round((firstLine - icon) / 2), icon),
      ...words.operations,
    ],
    height: words.height,
  };
}

export function footerLine(pen: Pen, text: string, x: number, y: number, width: number): Part {
  const line = pen.line(text, TEXT.footer, "muted", { x, y, width });
  return { operations: [line], height: line.rect.height };
}
