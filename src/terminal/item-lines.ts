import type { ViewItem } from "../menu/view.ts";
import { type Line, lineOf, type Span } from "./line.ts";
import { cut, healthOf, labelOf, printable, restOf, wrap } from "./words.ts";

/** Columns before a label: marker, number and the blanks between. */
const INDENT = 4;
const DETAIL_INDENT = 6;

/** "> 3 ": the marker tells the focus without inverse; only a single digit can be pressed. */
function markOf(item: ViewItem, index: number, isFocused: boolean): string {
  const number = item.enabled && index < 9 ? String(index + 1) : " ";
  return `${isFocused ? ">" : " "} ${number} `;
}

function labelSpans(item: ViewItem, index: number, isFocused: boolean, width: number): Span[] {
  const label = cut(printable(labelOf(item)), width - INDENT);
  const look = item.card === null && item.tone === "danger" ? "danger" : "neutral";
  return [
    { text: markOf(item, index, isFocused), look: "neutral" },
    { text: label, look: isFocused ? "focus" : look },
  ];
}

function cardSpans(item: ViewItem, width: number): Span[] {
  if (item.card === null) return [];
  const health = cut(healthOf(item.card), width);
  const rest = restOf(item.card)
    .map((part) => `  ${part}`)
    .join("");
  return [
    { text: health, look: item.tone },
    { text: cut(rest, width - health.length), look: "neutral" },
  ];
}

/**
 * An item with everything that it says on lines of its own below the label. The label's line is the only
 * one that a move changes, which keeps a move within 150 bytes.
 */
export function roomyItem(item: ViewItem, index: number, isFocused: boolean, width: number): Line[] {
  const indent = " ".repeat(DETAIL_INDENT);
  const below: Line[] = [];
  if (item.card !== null)
    below.push([{ text: indent, look: "neutral" }, ...cardSpans(item, width - DETAIL_INDENT)]);
  if (item.detail !== null)
    below.push(...wrap(printable(item.detail), width - DETAIL_INDENT).map((text) => lineOf(indent + text)));
  const above = item.heading === undefined ? [] : [lineOf(cut(printable(item.heading), width), "strong")];
  return [...above, labelSpans(item, index, isFocused, width), ...below];
}

/** An item on one line; what it does is told elsewhere, but why it is disabled is told here. */
export function compactItem(item: ViewItem, index: number, isFocused: boolean, width: number): Line {
  const label = labelSpans(item, index, isFocused, width);
  const used = label.reduce((sum, span) => sum + span.text.length, 0) + 2;
  if (used >= width) return label;
  if (item.card !== null)
    return [...label, { text: "  ", look: "neutral" }, ...cardSpans(item, width - used)];
  if (item.enabled || item.detail === null) return label;
  return [...label, { text: `  ${cut(printable(item.detail), width - used)}`, look: "neutral" }];
}
