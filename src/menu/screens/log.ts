import type { Log, LogLine } from "../../domain/log-source.ts";
import { inOwnWords } from "../device-words.ts";
import { BACK, type ItemRule, itemsOf, type Screen } from "../item.ts";
import type { Model, Place } from "../model.ts";
import { known } from "../readings.ts";
import { text } from "../texts.ts";
import type { Message, Tone } from "../view.ts";
import { readingBanner } from "./reading-banner.ts";
import { SCROLL_RULES } from "./scroll-items.ts";

const TONES: Readonly<Record<LogLine["tone"], Tone>> = {
  plain: "neutral",
  warning: "warning",
  error: "danger",
};

function askOf(place: Place) {
  return { service: "log", source: place.source ?? "kernel" } as const;
}

/** The lines stay the same array as long as the log is the same. */
const lines = new WeakMap<Log, readonly Message[]>();

function linesOf(log: Log): readonly Message[] {
  const made = lines.get(log) ?? log.lines.map(({ text, tone }) => ({ text, tone: TONES[tone] }));
  lines.set(log, made);
  return made;
}

interface Subject {
  readonly model: Model;
  readonly place: Place;
}

function linesAt(model: Model, place: Place): readonly Message[] | null {
  const log = known(model, askOf(place));
  return log === null || log.lines.length === 0 ? null : linesOf(log);
}

/** The next line that tells of an error, below the first one that is seen. */
function nextError({ model, place }: Subject): number | null {
  const log = known(model, askOf(place));
  const at = log?.lines.findIndex(({ tone }, index) => tone === "error" && index > (place.at ?? 0)) ?? -1;
  return at < 0 ? null : at;
}

const NEXT_ERROR: ItemRule<Subject> = {
  key: "next-error",
  shown: ({ model, place }) =>
    known(model, askOf(place))?.lines.some(({ tone }) => tone === "error") ?? false,
  label: () => text("log.next-error"),
  obstacle: (subject) => (nextError(subject) === null ? text("log.next-error.none") : null),
  action: (subject) => ({ kind: "place", change: { at: nextError(subject) ?? 0 } }),
};

function banner(model: Model, place: Place) {
  const log = known(model, askOf(place));
  if (log === null) return readingBanner(model, askOf(place));
  return log.problem === null
    ? null
    : ({ tone: "info", text: text("log.empty"), technical: inOwnWords(log.problem) } as const);
}

/** One log, to be scrolled. */
export const log: Screen = {
  id: "log",
  title: (_, place) => text(`logs.${place.source ?? "kernel"}`),
  needs: (_, place) => [askOf(place)],
  banner,
  lines: linesAt,
  items: (model, place) => [
    ...itemsOf([NEXT_ERROR], { model, place }),
    ...itemsOf(SCROLL_RULES, { at: place.at ?? 0, count: linesAt(model, place)?.length ?? 0 }),
    ...itemsOf([BACK], null),
  ],
  firstFocus: (items) => items.find(({ enabled }) => enabled)?.key ?? "back",
};
