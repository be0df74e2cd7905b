import { text } from "../menu/texts.ts";
import type { Entry, Message, Progress, Table, TextLog, View } from "../menu/view.ts";
import { BLANK, type Line, lineOf } from "./line.ts";
import { bar, cut, printable, toned, wrap } from "./words.ts";

const GAP = 2;

/** Widest bar of a progress or a hold. */
const BAR_WIDTH = 40;

/** A message behind the shape of its tone, in its colour. */
export function messageLines(message: Message | null, width: number): Line[] {
  if (message === null) return [];
  return wrap(toned(message), width).map((line) => lineOf(line, message.tone));
}

/** The banner, with its technical line beneath. */
export function bannerLines(banner: View["banner"], width: number): Line[] {
  if (banner === null) return [];
  const technical =
    banner.technical === null
      ? []
      : wrap(printable(banner.technical), width - 4).map((line) => `    ${line}`);
  return [...messageLines(banner, width), ...technical.map((line) => lineOf(line))];
}

/** Two things side by side; a star marks what differs. */
export function tableLines(table: Table | null, width: number): Line[] {
  if (table === null) return [];
  const labels = Math.max(0, ...table.rows.map(({ label }) => label.length)) + GAP;
  const cell = Math.max(4, Math.floor((width - labels - 2 * GAP) / 2));
  const rowOf = (mark: string, label: string, [left, right]: readonly [string, string]) =>
    `${mark} ${label.padEnd(labels)}${cut(printable(left), cell).padEnd(cell + GAP)}${cut(printable(right), cell)}`;
  return [
    lineOf(rowOf(" ", "", table.columns), "strong"),
    ...table.rows.map(({ label, cells, differs }) =>
      lineOf(rowOf(differs ? "*" : " ", label, cells), differs ? "warning" : "neutral"),
    ),
  ];
}

/** As many lines of a long text as fit into `height`, from the one where it stands, and which they are. */
export function logLines(log: TextLog | null, width: number, height: number): Line[] {
  if (log === null || height < 1) return [];
  const lines: Line[] = [];
  let next = log.at;
  while (lines.length < height - 1 && next < log.lines.length) {
    lines.push(...messageLines(log.lines[next] ?? null, width));
    next++;
  }
  const place = text("terminal.log.place", { first: log.at + 1, last: next, count: log.lines.length });
  return [...lines.slice(0, height - 1), lineOf(cut(`    (${place})`, width))];
}

export function progressLines(progress: Progress | null, width: number): Line[] {
  if (progress === null) return [];
  const { fraction } = progress;
  const filled =
    fraction === null ? "" : `${bar(fraction, Math.min(BAR_WIDTH, width - 6))} ${percent(fraction)}`;
  return [...wrap(printable(progress.text), width).map((line) => lineOf(line)), lineOf(filled, "info")];
}

function percent(fraction: number): string {
  return `${Math.floor(fraction * 100)} %`;
}

/** A text that is asked for: the sentence, what was typed, and what was wrong with it. */
export function entryLines(entry: Entry, width: number): Line[] {
  if (!entry.isHere) return messageLines({ tone: "info", text: entry.waitsFor }, width);
  const shown = printable(entry.shown).slice(-Math.max(1, width - 4));
  return [
    ...messageLines({ tone: "warning", text: entry.prompt }, width),
    BLANK,
    [
      { text: "  > ", look: "neutral" },
      { text: shown, look: "neutral" },
      { text: " ", look: "focus" },
    ],
    BLANK,
    ...messageLines(entry.error === null ? null : { tone: "danger", text: entry.error }, width),
  ];
}

/** How much of a hold, which goes on at another console, is over. */
export function holdLines(view: View, width: number): Line[] {
  if (view.hold === null) return [];
  const label = view.items.find(({ key }) => key === view.hold?.key)?.label ?? "";
  // In quarters: a slow line has more to do than to show time go by.
  const shown = Math.floor(view.hold.fraction * 4) / 4;
  return [lineOf(cut(`${bar(shown, 10)} ${printable(label)}`, width), "danger")];
}
