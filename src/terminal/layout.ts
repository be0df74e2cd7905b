import { text } from "../menu/texts.ts";
import type { Message, View } from "../menu/view.ts";
import { factLines } from "./fact-lines.ts";
import { compactItem, roomyItem } from "./item-lines.ts";
import { BLANK, type Line, lineOf, type Size } from "./line.ts";
import { cut, printable, toned, wrap } from "./words.ts";

/** Fewer lines of the list than this and facts make room for it. */
const SMALLEST_LIST = 4;

/**
 * The view as the rows of a terminal: always one row less than it has, so that nothing scrolls. Everything
 * is shown where there is room; else the list is one line per item, scrolled so that the focus is seen.
 */
export function layout(view: View, size: Size): Line[] {
  const rows = size.rows - 1;
  const foot = footLines(view, size);
  return fill(roomy(view, size, rows - foot.length) ?? compact(view, size, rows - foot.length), foot, rows);
}

function fill(body: readonly Line[], foot: readonly Line[], rows: number): Line[] {
  const gap = Math.max(0, rows - body.length - foot.length);
  return [...body, ...Array.from({ length: gap }, () => BLANK), ...foot].slice(0, rows);
}

function toneLines(message: Message | null, width: number): Line[] {
  if (message === null) return [];
  return wrap(toned(message), width).map((line) => lineOf(line, message.tone));
}

function titleLine(view: View, { columns }: Size): Line {
  return lineOf(cut(printable(view.title), columns), "strong");
}

function hintLine(view: View, { columns }: Size): Line {
  const hint = text("terminal.hint.full");
  if (hint.length > columns) return lineOf(cut(text("terminal.hint.full.short"), columns));
  const footer = printable(view.footer);
  const gap = columns - hint.length - footer.length;
  return lineOf(gap < 2 ? hint : hint + " ".repeat(gap) + footer);
}

function footLines(view: View, size: Size): Line[] {
  const countdown = view.countdown === null ? [] : [lineOf(cut(view.countdown, size.columns), "strong")];
  return [...toneLines(view.notice, size.columns), ...countdown, hintLine(view, size)];
}

/** Everything in full, or null when it does not fit into `rows`. */
function roomy(view: View, size: Size, rows: number): Line[] | null {
  const facts = factLines(view.facts, size.columns);
  const items = view.items.flatMap((item, index) =>
    roomyItem(item, index, index === view.focus, size.columns),
  );
  const top = [titleLine(view, size), ...toneLines(view.banner, size.columns)];
  const parts = [top, facts, items].filter((part) => part.length > 0);
  const spaced = parts.flatMap((part, index) => (index === 0 ? part : [BLANK, ...part]));
  if (spaced.length <= rows) return spaced;
  const dense = parts.flat();
  return dense.length <= rows ? dense : null;
}

/** One line per item; the detail of the focused one below the list. */
function compact(view: View, size: Size, rows: number): Line[] {
  const detail = view.items[view.focus]?.detail ?? null;
  const below = detail === null ? [] : [lineOf(cut(printable(detail), size.columns))];
  const fixed = [titleLine(view, size), ...toneLines(view.banner, size.columns)];
  const room = rows - fixed.length - 1;
  const list = Math.min(view.items.length, Math.max(SMALLEST_LIST, room - view.facts.length));
  const facts = factLines(view.facts, size.columns).slice(0, Math.max(0, room - list));
  const above = [...fixed, ...facts].slice(0, Math.max(1, rows - 2));
  const items = view.items.map((item, index) => compactItem(item, index, index === view.focus, size.columns));
  const shown = scrolled(items, view.focus, Math.max(1, rows - above.length - 1), size);
  const gap = Math.max(0, rows - above.length - shown.length - below.length);
  return [...above, ...shown, ...Array.from({ length: gap }, () => BLANK), ...below];
}

/** A window of `height` lines around the focus; a line at its edge says where more is. */
function scrolled(items: readonly Line[], focus: number, height: number, { columns }: Size): Line[] {
  if (items.length <= height) return [...items];
  const first = Math.min(Math.max(0, focus - Math.floor(height / 2)), items.length - height);
  const window = items.slice(first, first + height);
  const more = (key: "terminal.more.above" | "terminal.more.below") =>
    lineOf(cut(`    (${text(key)})`, columns));
  if (height < 3) return window;
  if (first > 0 && focus > first) window[0] = more("terminal.more.above");
  if (first + height < items.length && focus < first + height - 1)
    window[height - 1] = more("terminal.more.below");
  return window;
}
