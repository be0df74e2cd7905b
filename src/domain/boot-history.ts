import { isSystemKey } from "./kept-systems.ts";
import type { LogLine } from "./log-source.ts";

/** What history.jsonl remembers one thing of per line. */
export const HISTORY_EVENTS = [
  "entered",
  "told",
  "select",
  "once",
  "mark-good",
  "mark-bad",
  "set-tries",
  "crash",
  "repaired",
  "reset",
  "developer",
  "state",
] as const;
/** What is about no slot: a repaired partition table, a reset, a change of developer mode or of /state. */
export type DoneEvent = "repaired" | "reset" | "developer" | "state";
export type HistoryEventName = (typeof HISTORY_EVENTS)[number];

export interface HistoryEvent {
  /** ISO 8601, by a clock that may be wrong this early in the boot. */
  readonly time: string;
  readonly event: HistoryEventName;
  /** Null for what is about no slot, such as a reset. */
  readonly slot: string | null;
  /** Why, or what was done, as a sentence. */
  readonly reason: string | null;
  readonly console: string | null;
}

/** One start of the device and what happened in it. */
export interface BootSummary {
  readonly time: string;
  readonly slot: string;
  /**
   * Whether the system confirmed itself, gave itself up, or never said; `last` has not said it yet, and `started` is
   * one of another family than slots, which says nothing.
   */
  readonly result: "good" | "bad" | "unconfirmed" | "last" | "started";
  readonly reason: string | null;
  /** Resets, developer changes and what else was changed before the next start, as sentences. */
  readonly changes: readonly string[];
}

const BOOTS = 20;

/** The last twenty starts, the newest first. What happened before the first start that is known is left out. */
export function bootHistory(events: readonly HistoryEvent[]): BootSummary[] {
  const starts = events.flatMap(({ event }, index) => (event === "entered" ? [index] : []));
  const boots = starts.map((start, number) => {
    const end = starts[number + 1] ?? events.length;
    return summary(events.slice(start, end), number === starts.length - 1);
  });
  return boots.slice(-BOOTS).reverse();
}

function summary(events: readonly HistoryEvent[], isLast: boolean): BootSummary {
  const [entered, ...after] = events;
  const slot = entered?.slot ?? "?";
  const mark = after.findLast(({ event, slot: of }) => isMark(event) && of === slot)?.event;
  const marked = mark === "mark-good" ? "good" : "bad";
  const unmarked = isLast ? "last" : isSystemKey(slot) ? "started" : "unconfirmed";
  return {
    time: entered?.time ?? "",
    slot,
    result: mark === undefined ? unmarked : marked,
    reason: entered?.reason ?? null,
    changes: after.flatMap((event) =>
      isMark(event.event) && event.slot === slot ? [] : (changeOf(event) ?? []),
    ),
  };
}

function isMark(event: HistoryEventName): boolean {
  return event === "mark-good" || event === "mark-bad";
}

function changeOf({ event, slot, reason }: HistoryEvent): string | null {
  const texts: Readonly<Record<HistoryEventName, string | null>> = {
    entered: null,
    told: `A person was told that slot ${slot} failed.`,
    select: `Slot ${slot} was made the default.`,
    once: `Slot ${slot} was asked for the next start.`,
    "mark-good": `Slot ${slot} was marked good.`,
    "mark-bad": `Slot ${slot} was marked bad.`,
    "set-tries": `Slot ${slot} got fresh tries.`,
    crash: `Slot ${slot} stopped: ${reason}.`,
    repaired: reason,
    reset: reason,
    developer: reason,
    state: reason,
  };
  return texts[event];
}

const RESULTS = {
  good: "good",
  bad: "bad",
  unconfirmed: "not confirmed",
  last: "the last one",
  started: "started",
} as const;

/** The starts as lines of a log, the newest first. */
export function historyLines(boots: readonly BootSummary[]): LogLine[] {
  return boots.flatMap(({ time, slot, result, reason, changes }): LogLine[] => {
    const tone = result === "bad" ? "error" : result === "unconfirmed" ? "warning" : "plain";
    const when = time.replace("T", " ").replace(/\.\d+Z$/, "");
    const first = {
      text: `${when}  ${isSystemKey(slot) ? "" : "slot "}${slot}  ${RESULTS[result]}  ${reason ?? ""}`.trimEnd(),
      tone,
    } as const;
    return [first, ...changes.map((change): LogLine => ({ text: `    ${change}`, tone: "plain" }))];
  });
}
