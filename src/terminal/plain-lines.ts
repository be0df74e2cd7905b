import { text } from "../menu/texts.ts";
import type { View, ViewItem } from "../menu/view.ts";
import { ascii, cut, healthOf, labelOf, restOf, toned } from "./words.ts";

/** Lines of a long text that are printed at once; "Further down" prints the next ones. */
const LOG_LINES = 10;
/** Longest line of a log that is printed. */
const LOG_WIDTH = 400;

function itemLines(item: ViewItem, index: number): string[] {
  return [...(item.heading === undefined ? [] : [`   ${item.heading}:`]), itemLine(item, index)];
}

function itemLine(item: ViewItem, index: number): string {
  const card = item.card === null ? [] : [[healthOf(item.card), ...restOf(item.card)].join(", ")];
  const detail = item.detail === null ? [] : [item.detail];
  const about = [...card, ...detail].join(". ");
  const lead = `${String(index + 1).padStart(2)}. ${labelOf(item)}`;
  if (!item.enabled) return `${lead} (${text("terminal.line.not-available")}${about && `: ${about}`})`;
  return about === "" ? lead : `${lead}: ${about}`;
}

function tableLines({ table }: View): string[] {
  if (table === null) return [];
  const [left, right] = table.columns;
  return table.rows.map(({ label, cells, differs }) =>
    differs
      ? `   ${label}: ${left} ${cells[0]}; ${right} ${cells[1]}`
      : `   ${label}: ${cells[0]} (${text("terminal.line.same")})`,
  );
}

function logLines({ log }: View): string[] {
  if (log === null) return [];
  const shown = log.lines.slice(log.at, log.at + LOG_LINES);
  const last = log.at + shown.length;
  return [
    ...shown.map((line) => `   ${cut(toned(line), LOG_WIDTH)}`),
    `   (${text("terminal.log.place", { first: log.at + 1, last, count: log.lines.length })})`,
  ];
}

export function progressLine({ progress }: View): string | null {
  if (progress === null) return null;
  return progress.fraction === null
    ? progress.text
    : `${progress.text}, ${Math.floor(progress.fraction * 10) * 10} %`;
}

/** A text that is asked for; its prompt is the next line. */
export function entryPrompt({ entry }: View): string[] {
  if (entry === null) return [];
  if (!entry.isHere) return [toned({ tone: "info", text: entry.waitsFor })];
  const error = entry.error === null ? [] : [toned({ tone: "danger", text: entry.error })];
  return [...error, toned({ tone: "warning", text: entry.prompt }), text("terminal.line.entry")];
}

/** The whole of a view as plain lines: banner, facts, numbered choices. */
export function plainLines(view: View): string[] {
  const progress = progressLine(view);
  const choices = view.entry === null ? view.items.flatMap(itemLines) : entryPrompt(view);
  return [
    "",
    `== ${view.title} ==`,
    ...(view.banner === null ? [] : [toned(view.banner)]),
    ...(view.banner?.technical ? [`    ${view.banner.technical}`] : []),
    ...view.facts.map(({ label, value }) => `   ${label}: ${value}`),
    ...tableLines(view),
    ...logLines(view),
    ...(progress === null ? [] : [progress]),
    ...choices,
    ...(view.notice === null ? [] : [toned(view.notice)]),
    ...(view.countdown === null ? [] : [view.countdown]),
    ...(view.entry === null && view.items.length > 0 ? [text("terminal.line.hint")] : []),
  ].map(ascii);
}
