import { appendFileSync, mkdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import {
  type DoneEvent,
  HISTORY_EVENTS,
  type HistoryEvent,
  type HistoryEventName,
} from "../domain/boot-history.ts";
import { messageOf } from "../domain/errors.ts";
import { type LastDecision, nextDecision, type Outcome, type SlotEntry } from "../domain/last-decision.ts";
import type { Reason, ReasonCode } from "../domain/plan.ts";
import type { Failures, SlotFailure } from "../domain/slot-failure.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { writeDurably } from "../linux/durable.ts";

const lastDecisionFile = () =>
  z.object({
    version: z.literal(1),
    slot: z.string(),
    reason: z.object({
      code: z.custom<ReasonCode>((code) => typeof code === "string"),
      text: z.string(),
    }),
    console: z.nullable(z.string()),
    attempts: z.int().check(z.minimum(0)),
    outcome: z.enum(["entered", "marked-good", "marked-bad"]),
    told: z.nullable(z.string()),
  });

const eventLine = () =>
  z.object({
    time: z.string(),
    event: z.enum(HISTORY_EVENTS),
    slot: z.nullable(z.string()),
    reason: z.nullable(z.string()),
    console: z.nullable(z.string()),
  });

const failuresFile = () =>
  z.object({
    /** The record of a crash that was looked at last; null before the first look. */
    crash: z.nullable(z.string()),
    slots: z.record(
      z.string(),
      z.object({
        kind: z.enum(["marked-bad", "crash"]),
        text: z.string(),
        lines: z.readonly(z.array(z.string())),
      }),
    ),
  });
type FailuresFile = z.infer<ReturnType<typeof failuresFile>>;

const FORGIVING: ReadonlySet<HistoryEventName> = new Set(["mark-good", "set-tries", "select"]);

/** The log is cut back to its newest half when it grows beyond this many bytes (about 1000 lines). */
const LOG_LIMIT = 128 * 1024;

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/**
 * What happened on this device, in /state/.holdfast. History helps to explain; it never decides whether a
 * device boots: without /state, or with a broken file, everything goes on and `problems` says why.
 */
export class History {
  readonly #directory: string | null;
  readonly #now: () => Date;
  readonly problems: string[] = [];

  /** `state` is where the state partition is mounted; null keeps no history at all. */
  constructor(state: string | null, now: () => Date = () => new Date()) {
    this.#directory = state === null ? null : join(state, HISTORY_DIR);
    this.#now = now;
  }

  /** The last decision; null when there is none or its file is broken. */
  async last(): Promise<LastDecision | null> {
    const file = this.#file("last.json");
    if (file === null) return null;
    const text = this.#text(file);
    const decision = text === null ? null : parseDecision(text);
    if (text !== null && decision === null) this.problems.push(`${file} is broken and is not used.`);
    return decision;
  }

  /** Remembers that a slot is entered now, before it is, and names it for the supervisor. */
  async recordEntry(entry: SlotEntry): Promise<void> {
    const { slot, reason, console } = entry;
    await this.#keep(nextDecision(await this.last(), entry));
    await this.#replace("last-slot", `${slot}\n`);
    await this.#log({ event: "entered", slot, reason: reason.text, console });
  }

  /** Remembers that a system of another family is entered now: no slot's try, and no slot's failure. */
  async recordSystem(key: string, reason: Reason, console: string | null): Promise<void> {
    await this.#log({ event: "entered", slot: key, reason: reason.text, console });
  }

  /** Remembers that a person was told of the failure of `slot`. */
  async recordTold(slot: string, reason: Reason): Promise<void> {
    const last = await this.last();
    if (last !== null) await this.#keep({ ...last, told: slot });
    await this.#log({ event: "told", slot, reason: reason.text, console: null });
  }

  /** Remembers a change to a slot: by a person or a command, or for a reason that Holdfast found. */
  async recordChange(
    event: HistoryEventName,
    slot: string,
    { console = null, reason = null }: { console?: string | null; reason?: string | null } = {},
  ): Promise<void> {
    const last = await this.last();
    const outcome = OUTCOMES[event];
    // A start that was no try cannot fail either: nothing to keep at every "mark good" of a confirmed slot.
    const matters = last?.slot === slot && (last.attempts > 0 || outcome === "marked-bad");
    if (matters && outcome !== undefined) await this.#keep({ ...last, outcome });
    await this.#keepFailure(event, slot, reason);
    await this.#log({ event, slot, reason, console });
  }

  /** Why slots failed, where somebody saw it. */
  failures(): Failures {
    return new Map(Object.entries(this.#failures().slots));
  }

  /**
   * Takes note of a crash that the kernel's own memory kept, once: `id` tells its record from another. It is that
   * of the slot that was entered last, when that did not confirm itself since. A record that was there before
   * Holdfast looked for the first time says nothing about any slot.
   */
  async recordCrash(id: string, crash: SlotFailure | null): Promise<void> {
    const known = this.#failures();
    if (known.crash === id) return;
    const last = await this.last();
    const isFirst = known.crash === null;
    const failed = !isFirst && crash !== null && last?.outcome === "entered" && last.attempts > 0;
    const slots = failed ? { ...known.slots, [last.slot]: crash } : known.slots;
    await this.#keepFailures({ crash: id, slots });
    if (failed) await this.#log({ event: "crash", slot: last.slot, reason: crash.text, console: null });
  }

  /** A mark is a failure that somebody saw; fresh tries, a good mark or a choice leave the past behind. */
  async #keepFailure(event: HistoryEventName, slot: string, reason: string | null): Promise<void> {
    const known = this.#failures();
    const { [slot]: before, ...others } = known.slots;
    if (event === "mark-bad") {
      const failure: SlotFailure = { kind: "marked-bad", text: reason?.replace(/\.$/, "") ?? "", lines: [] };
      await this.#keepFailures({ ...known, slots: { ...others, [slot]: failure } });
    } else if (before !== undefined && FORGIVING.has(event)) {
      await this.#keepFailures({ ...known, slots: others });
    }
  }

  #failures(): FailuresFile {
    const file = this.#file("failures.json");
    const text = file === null ? null : this.#text(file);
    const result = text === null ? null : z.safeParse(failuresFile(), parsedJson(text));
    return result?.success ? result.data : { crash: null, slots: {} };
  }

  async #keepFailures({ crash, slots }: FailuresFile): Promise<void> {
    await this.#replace("failures.json", `${JSON.stringify({ version: 1, crash, slots })}\n`);
  }

  /** Remembers what was done that is about no slot; `what` is a sentence. */
  async recordDone(event: DoneEvent, what: string, console: string | null): Promise<void> {
    await this.#log({ event, slot: null, reason: what, console });
  }

  /** Everything that is remembered, oldest first; a line that was cut by a power loss is left out. */
  events(): HistoryEvent[] {
    const file = this.#file("history.jsonl");
    const lines = (file === null ? null : this.#text(file))?.split("\n") ?? [];
    const schema = eventLine();
    return lines.flatMap((line) => {
      const result = z.safeParse(schema, parsedJson(line));
      return result.success ? [result.data] : [];
    });
  }

  #text(file: string): string | null {
    try {
      return readFileSync(file, "utf8");
    } catch (error) {
      if (!isMissing(error)) this.problems.push(`${file} cannot be read: ${messageOf(error)}`);
      return null;
    }
  }

  #file(name: string): string | null {
    return this.#directory === null ? null : join(this.#directory, name);
  }

  async #keep(decision: LastDecision): Promise<void> {
    await this.#replace("last.json", `${JSON.stringify({ version: 1, ...decision })}\n`);
  }

  /** Writes only what changed: an ordinary boot of a confirmed slot shall not wear the medium. */
  async #replace(name: string, text: string): Promise<void> {
    await this.#guarded(name, async (file) => {
      if (this.#text(file) !== text) await writeDurably(file, text);
    });
  }

  async #log(event: Omit<HistoryEvent, "time">): Promise<void> {
    const line = `${JSON.stringify({ time: this.#now().toISOString(), ...event })}\n`;
    await this.#guarded("history.jsonl", async (file) => {
      const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
      if (size > LOG_LIMIT) await writeDurably(file, newestHalf(readFileSync(file, "utf8")));
      appendFileSync(file, line);
    });
  }

  /** Runs one write; what fails is a problem to report, never a reason not to boot. */
  async #guarded(name: string, write: (file: string) => Promise<void>): Promise<void> {
    const file = this.#file(name);
    if (this.#directory === null || file === null) return;
    try {
      mkdirSync(this.#directory, { recursive: true });
      await write(file);
    } catch (error) {
      this.problems.push(`${file} could not be written: ${messageOf(error)}`);
    }
  }
}

/**
 * Forgets how often the supervisor started slots without Holdfast: a system that came up says so. Where that
 * cannot be written, another slot gets its turn a little sooner.
 */
export function forgetEmergencyStarts(state: string): void {
  try {
    rmSync(join(state, HISTORY_DIR, "starts"), { force: true });
  } catch {
    // See above.
  }
}

const OUTCOMES: Partial<Record<HistoryEventName, Outcome>> = {
  "mark-good": "marked-good",
  "mark-bad": "marked-bad",
};

function newestHalf(log: string): string {
  const lines = log.split("\n").filter((line) => line !== "");
  return `${lines.slice(Math.ceil(lines.length / 2)).join("\n")}\n`;
}

/** The decision in the text of last.json; null when it is not one. */
function parseDecision(text: string): LastDecision | null {
  const result = z.safeParse(lastDecisionFile(), parsedJson(text));
  if (!result.success) return null;
  const { version: _, ...decision } = result.data;
  return decision;
}

/** Null, which is no record either, for what is no JSON. */
function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
