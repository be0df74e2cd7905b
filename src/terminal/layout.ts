import { speaking, text } from "../menu/texts.ts";
import type { View } from "../menu/view.ts";
import {
  bannerLines,
  entryLines,
  holdLines,
  logLines,
  messageLines,
  progressLines,
  tableLines,
} from "./body-lines.ts";
import { factLines } from "./fact-lines.ts";
import { compactItem, roomyItem } from "./item-lines.ts";
import { BLANK, type Line, lineOf, type Size } from "./line.ts";
import { cut, printable } from "./words.ts";

/** Fewer lines of the list than this and facts make room for it. */
const SMALLEST_LIST = 4;
/** Lines of a long text that are seen at least, where the terminal has them. */
const SMALLEST_LOG = 4;

/**
 * The view as the rows of a terminal: always one row less than it has, so that nothing scrolls. Everything
 * is shown where there is room; else the list is one line per item, scrolled so that the focus is seen.
 */
export function layout(view: View, size: Size): Line[] {
  return speaking(view.display.locale, () => {
    const rows = size.rows - 1;
    const foot = footLines(view, size);
    const height = rows - foot.length;
    return fill(bodyOf(view, size, height), foot, rows);
  });
}

/** Lines of a long text that one page has. */
export function pageOf(size: Size): number {
  return Math.max(SMALLEST_LOG, size.rows - 12);
}

function bodyOf(view: View, size: Size, height: number): Line[] {
  if (view.entry !== null) return withEntry(view, view.entry, size);
  if (view.log !== null) return withLog(view, size, height);
  return roomy(view, size, height) ?? compact(view, size, height);
}

function fill(body: readonly Line[], foot: readonly Line[], rows: number): Line[] {
  const gap = Math.max(0, rows - body.length - foot.length);
  return [...body, ...Array.from({ length: gap }, () => BLANK), ...foot].slice(0, rows);
}

function headerText({ header }: View): string {
  const { slot, system, battery, clock } = header;
  const charge = battery === null ? null : `${battery.percent} %${battery.charging ? " +" : ""}`;
  return [slot, system, charge, clock].filter((part) => part !== null).join("  ");
}

/** The title, and what stands at the top of every screen where there is room for all of it. */
function titleLine(view: View, { columns }: Size): Line {
  const title = cut(printable(view.title), columns);
  const header = printable(headerText(view));
  const gap = columns - title.length - header.length;
  if (header === "" || gap < 2) return lineOf(title, "strong");
  return [
    { text: title, look: "strong" },
    { text: " ".repeat(gap) + header, look: "neutral" },
  ];
}

function hintLine(view: View, { columns }: Size): Line {
  const keys = view.entry === null ? "terminal.hint.full" : "terminal.hint.entry";
  // Where there is nothing to choose no key does anything.
  const hint = view.entry === null && view.items.length === 0 ? "" : text(keys);
  if (hint.length > columns) return lineOf(cut(text("terminal.hint.full.short"), columns));
  const footer = printable(view.footer);
  const gap = columns - hint.length - footer.length;
  return lineOf(gap < 2 ? hint : hint + " ".repeat(gap) + footer);
}

function footLines(view: View, size: Size): Line[] {
  const countdown = view.countdown === null ? [] : [lineOf(cut(view.countdown, size.columns), "strong")];
  return [
    ...messageLines(view.notice, size.columns),
    ...holdLines(view, size.columns),
    ...countdown,
    hintLine(view, size),
  ];
}

function withEntry(view: View, entry: NonNullable<View["entry"]>, size: Size): Line[] {
  return [titleLine(view, size), BLANK, ...entryLines(entry, size.columns)];
}

/** What stands between banner and items. */
function middle(view: View, { columns }: Size): Line[][] {
  const parts = [
    factLines(view.facts, columns),
    tableLines(view.table, columns),
    progressLines(view.progress, columns),
  ];
  return parts.filter((part) => part.length > 0);
}

/** A long text takes what the short parts leave; the list below it is one line per item. */
function withLog(view: View, size: Size, rows: number): Line[] {
  const head = [titleLine(view, size), ...bannerLines(view.banner, size.columns)];
  const parts = middle(view, size).flat();
  const items = itemLines(view, size);
  const list = Math.min(items.length, Math.max(1, rows - head.length - SMALLEST_LOG - 1));
  const room = rows - head.length - list;
  const shown = parts.slice(0, Math.max(0, room - SMALLEST_LOG));
  const log = logLines(view.log, size.columns, room - shown.length);
  return [...head, ...shown, ...log, ...scrolled(items, view.focus, list, size)].slice(0, rows);
}

/** Everything in full, or null when it does not fit into `rows`. */
function roomy(view: View, size: Size, rows: number): Line[] | null {
  const items = view.items.flatMap((item, index) =>
    roomyItem(item, index, index === view.focus, size.columns),
  );
  const top = [titleLine(view, size), ...bannerLines(view.banner, size.columns)];
  const parts = [top, ...middle(view, size), items].filter((part) => part.length > 0);
  const spaced = parts.flatMap((part, index) => (index === 0 ? part : [BLANK, ...part]));
  if (spaced.length <= rows) return spaced;
  const dense = parts.flat();
  return dense.length <= rows ? dense : null;
}

function itemLines(view: View, size: Size): Line[] {
  return view.items.map((item, index) => compactItem(item, index, index === view.focus, size.columns));
}

/** One line per item; the detail of the focused one below the list. */
function compact(view: View, size: Size, rows: number): Line[] {
  const detail = view.items[view.focus]?.detail ?? null;
  const below = detail === null ? [] : [lineOf(cut(printable(detail), size.columns))];
  const fixed = [titleLine(view, size), ...bannerLines(view.banner, size.columns)];
  const room = rows - fixed.length - 1;
  const parts = middle(view, size).flat();
  const list = Math.min(view.items.length, Math.max(SMALLEST_LIST, room - parts.length));
  const above = [...fixed, ...parts.slice(0, Math.max(0, room - list))].slice(0, Math.max(1, rows - 2));
  const shown = scrolled(itemLines(view, size), view.focus, Math.max(1, rows - above.length - 1), size);
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
