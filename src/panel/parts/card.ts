import type { SlotCard, Tone, ViewItem } from "../../menu/view.ts";
import { HEALTH_ICON } from "../icons.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT, tint } from "../theme.ts";
import { type ItemState, itemFrame } from "./frame.ts";

/** In units: what is free inside of a card, and between its name and its health. */
const [PADDING, GAP] = [16, 12];

/**
 * A slot: its name and health, what is on it, its tries, and what will happen to it. At least `least` pixels high,
 * as its neighbour is.
 */
export function slotCard(
  pen: Pen,
  item: ViewItem,
  card: SlotCard,
  state: ItemState,
  x: number,
  y: number,
  width: number,
  least = 0,
): Part {
  const padding = pen.px(PADDING);
  const [left, inner] = [x + padding, width - 2 * padding];
  // The pill may have half of the line, or what a short name leaves.
  const free = inner - pen.px(GAP) - Math.ceil(pen.width(card.name, TEXT.name));
  const most = Math.max(Math.round(inner / 2), free);
  const pill = healthPill(pen, card, item.tone, x + width - padding, y + padding, most);
  // A name of one line stands level with the pill.
  const level = Math.max(0, Math.round((pill.height - pen.lineHeight(TEXT.name)) / 2));
  const name = pen.paragraph(card.name, TEXT.name, "text", {
    x: left,
    y: y + padding + level,
    width: inner - pill.width - pen.px(GAP),
    lines: 2,
  });
  const nameHeight = Math.max(name.height + level, pill.height);
  const operations: Operation[] = [...name.operations, ...pill.operations];
  let top = y + padding + nameHeight;
  if (card.version !== null) {
    const version = pen.line(card.version, TEXT.body, "muted", { x: left, y: top + pen.px(1), width: inner });
    operations.push(version);
    top += pen.px(1) + version.rect.height;
  }
  if (item.detail !== null) {
    const at = { x: left, y: top + pen.px(1), width: inner, lines: 2 };
    const detail = pen.paragraph(item.detail, TEXT.detail, "muted", at);
    operations.push(...detail.operations);
    top += pen.px(1) + detail.height;
  }
  const marks = markLine(pen, card, item.tone, left, top + pen.px(12), inner);
  operations.push(...marks.operations);
  if (marks.height > 0) top += pen.px(12) + marks.height;
  const height = Math.max(top + padding - y, least);
  return { operations: [itemFrame(pen, { x, y, width, height }, state), ...operations], height };
}

/** The least width of a card on which no line is cut off, but for marks that break. */
export function cardWidth(pen: Pen, card: SlotCard): number {
  const pill = healthPill(pen, card, "neutral", 0, 0, Number.POSITIVE_INFINITY).width;
  const head = pen.width(card.name, TEXT.name) + pen.px(GAP) + pill;
  const version = card.version === null ? 0 : pen.width(card.version, TEXT.body);
  return 2 * pen.px(PADDING) + Math.ceil(Math.max(head, version));
}

/** The health as icon and word, its right end at `right`, at most `room` wide. */
function healthPill(
  pen: Pen,
  card: SlotCard,
  tone: Tone,
  right: number,
  y: number,
  room: number,
): Part & { readonly width: number } {
  const height = pen.em(26);
  const icon = pen.em(16);
  const [side, gap] = [pen.px(9), pen.px(6)];
  const most = room - icon - gap - 2 * side - pen.px(3);
  const text = Math.min(pen.width(card.healthWord, TEXT.pill), most);
  const width = side + icon + gap + text + side + pen.px(3);
  const x = right - width;
  return {
    width,
    height,
    operations: [
      pen.box({ x, y, width, height }, Math.round(height / 2), tint(tone)),
      pen.icon(HEALTH_ICON[card.health], tone, x + side, y + Math.round((height - icon) / 2), icon),
      pen.line(card.healthWord, TEXT.pill, tone, { x: x + side + icon + gap, y, width: text, height }),
    ],
  };
}

/** Tries and marks from left to right, on further lines where one is not enough. */
function markLine(pen: Pen, card: SlotCard, tone: Tone, x: number, y: number, width: number): Part {
  const height = pen.em(24);
  const gap = pen.px(8);
  const operations: Operation[] = [];
  let [left, top] = [x, y];
  const place = (piece: { width: number; draw: (x: number, y: number) => Operation[] }): void => {
    if (left > x && left + piece.width > x + width) {
      left = x;
      top += height + pen.px(6);
    }
    operations.push(...piece.draw(left, top));
    left += piece.width + gap;
  };
  for (const mark of card.marks) place(chip(pen, mark, height, width));
  if (card.tries !== null) place(tries(pen, card, tone, card.tries, height, width));
  return { operations, height: operations.length === 0 ? 0 : top + height - y };
}

function chip(pen: Pen, mark: string, height: number, room: number) {
  const side = pen.px(9);
  const text = Math.min(pen.width(mark, TEXT.chip), room - 2 * side);
  const width = text + 2 * side;
  const border = { color: "dotOff", width: Math.max(1, pen.px(1)) } as const;
  return {
    width,
    draw: (x: number, y: number): Operation[] => [
      pen.box({ x, y, width, height }, Math.round(height / 2), null, border),
      pen.line(mark, TEXT.chip, "text", { x: x + side, y, width: text, height }),
    ],
  };
}

/** More dots than this say nothing at a glance. */
const MOST_DOTS = 7;

function tries(pen: Pen, card: SlotCard, tone: Tone, words: string, height: number, room: number) {
  const dots = card.dots ?? null;
  const count = dots === null || dots.of > MOST_DOTS ? 0 : Math.max(dots.of, dots.left);
  const [size, step] = [pen.px(7), pen.px(12)];
  const before = count === 0 ? 0 : count * step + pen.px(2);
  const text = Math.min(pen.width(words, TEXT.chip), room - before);
  return {
    width: before + text,
    draw: (x: number, y: number): Operation[] => [
      ...Array.from({ length: count }, (_, index) => {
        const rect = {
          x: x + index * step,
          y: y + Math.round((height - size) / 2),
          width: size,
          height: size,
        };
        const on = index < (dots?.left ?? 0);
        return pen.box(rect, size / 2, on ? tone : "dotOff");
      }),
      pen.line(words, TEXT.chip, "muted", { x: x + before, y, width: text, height }),
    ],
  };
}
