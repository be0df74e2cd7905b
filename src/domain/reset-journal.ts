import type { ResetOrigin, ResetScope, ResetTarget } from "./reset.ts";
import type { ErasureFacts } from "./reset-grade.ts";

/** What is done, one after the other; each may be done again after it was cut short. */
export type ResetStep =
  | "record"
  | "erase-keys"
  | "erase"
  | "make-volume"
  | "make-filesystem"
  | "skeleton"
  | "remove"
  | "set-aside"
  | "receipt";

const WIPE_STATE = ["record", "erase-keys", "erase", "make-filesystem", "skeleton"] as const;
const WIPE_ROOT = ["record", "erase-keys", "erase", "make-volume", "make-filesystem", "skeleton"] as const;
const REMOVE = ["remove", "receipt"] as const;
const SET_ASIDE = ["set-aside", "receipt"] as const;
export const RESET_STEPS = [...new Set<ResetStep>([...WIPE_ROOT, ...REMOVE, ...SET_ASIDE])];

/** What must not change from the moment that a reset is asked for to its last write, over any restart. */
export type PinnedTarget = Pick<ResetTarget, "role" | "diskId" | "partuuid" | "start" | "size">;

/** How far a reset is; kept in a file on the state partition, then in the record at the partition's end. */
export interface ResetJournal {
  readonly id: string;
  readonly scope: ResetScope;
  readonly origin: ResetOrigin;
  readonly target: PinnedTarget;
  /** Whether what goes is set aside first and erased once the fresh system was marked good. */
  readonly grace: boolean;
  readonly step: ResetStep;
  /** Starts since the last step that was finished. */
  readonly attempt: number;
  /** All starts. */
  readonly starts: number;
  /** ISO 8601, when it was asked for. */
  readonly time: string;
  /** What went wrong at the last start; null when nothing did, or when it was cut short. */
  readonly problem: string | null;
  /** What was found before anything was erased; the grade of the receipt follows from it. */
  readonly erasure: ErasureFacts;
  /** Directories that the fresh state partition begins with, by their escaped names. */
  readonly layout: readonly string[];
  /** Files of ours that outlive the reset: name in /state/.holdfast and text. */
  readonly kept: Readonly<Record<string, string>>;
}

/** After so many starts that finished not even one step it is given up until a person asks again. */
export const RESET_ATTEMPTS = 3;

/**
 * The steps of a reset, in order. Nothing is destroyed before "record"; of what is destroyed, keys come first.
 * A reset of the settings, or one that sets aside, leaves the file system whole and needs no record.
 */
export function stepsOf(what: Pick<ResetJournal, "scope" | "grace" | "target">): readonly ResetStep[] {
  if (what.target.role === "root") return WIPE_ROOT;
  if (what.grace && what.scope !== "all") return SET_ASIDE;
  return what.scope === "settings" ? REMOVE : WIPE_STATE;
}

/** Whether the journal has moved from its file to the end of the partition once a step is reached. */
export function isRecorded(journal: ResetJournal): boolean {
  const steps = stepsOf(journal);
  return steps.includes("record") && steps.indexOf(journal.step) > steps.indexOf("record");
}

/** The journal behind its step; null when that was the last one. */
export function stepDone(journal: ResetJournal): ResetJournal | null {
  const steps = stepsOf(journal);
  const next = steps[steps.indexOf(journal.step) + 1];
  return next === undefined ? null : { ...journal, step: next, attempt: 1, problem: null };
}

/** The journal at the start of another attempt; null when there were enough. */
export function nextAttempt(journal: ResetJournal): ResetJournal | null {
  if (journal.attempt >= RESET_ATTEMPTS) return null;
  return { ...journal, attempt: journal.attempt + 1, starts: journal.starts + 1 };
}

/** What differs between the partition that was pinned and the one that is there now; null when nothing does. */
export function mismatch(pinned: PinnedTarget, found: PinnedTarget): string | null {
  const names = ["role", "diskId", "partuuid", "start", "size"] as const;
  const different = names.find((name) => pinned[name] !== found[name]);
  if (different === undefined) return null;
  return `${WORDS[different]} is ${found[different]}, it says ${pinned[different]}`;
}

const WORDS: Readonly<Record<keyof PinnedTarget, string>> = {
  role: "the role of the partition",
  diskId: "the disk",
  partuuid: "the PARTUUID",
  start: "the partition's first byte",
  size: "the partition's size in bytes",
};

/** The first journal of a reset that was just asked for. */
export function newJournal(
  what: Omit<ResetJournal, "step" | "attempt" | "starts" | "problem">,
): ResetJournal {
  const [first] = stepsOf(what);
  return { ...what, step: first ?? "receipt", attempt: 0, starts: 0, problem: null };
}
