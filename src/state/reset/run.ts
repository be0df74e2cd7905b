import { codeOf, HoldfastError, messageOf } from "../../domain/errors.ts";
import type { ResetProgress, ResetReceipt } from "../../domain/reset.ts";
import {
  isRecorded,
  mismatch,
  nextAttempt,
  RESET_ATTEMPTS,
  type ResetJournal,
  type ResetStep,
  stepDone,
  stepsOf,
} from "../../domain/reset-journal.ts";
import { refusalsNow } from "../../domain/reset-refusal.ts";
import { removeJournalFile, writeJournalFile } from "./journal-file.ts";
import { clearRecord, writeRecord } from "./journal-record.ts";
import { scopeRefusals } from "./preview.ts";
import { receiptOf } from "./receipt.ts";
import { findSite, type ResetPlace, type ResetSite } from "./site.ts";
import { STEPS } from "./steps.ts";

export type Tell = (progress: ResetProgress) => void;

/** What people read while a step works. */
const WORDS: Readonly<Record<ResetStep, string>> = {
  record: "Getting ready",
  "erase-keys": "Destroying the keys",
  erase: "Erasing",
  "make-volume": "Encrypting anew",
  "make-filesystem": "Making a new file system",
  skeleton: "Finishing",
  remove: "Removing settings",
  "set-aside": "Setting aside",
  receipt: "Finishing",
};

/**
 * Carries a reset on from its journal's step to its end. The target is looked at anew before every step, and
 * nothing is written to one that is not the pinned one or that must not be reset. Throws what stopped it, with
 * the journal kept where the next start finds it.
 */
export async function runReset(place: ResetPlace, from: ResetJournal, tell: Tell): Promise<ResetReceipt> {
  let journal = nextAttempt(from) ?? stopped(from);
  await begin(await pinned(place, journal), journal);
  for (;;) {
    const site = await pinned(place, journal);
    try {
      journal = await oneStep(site, journal, tell);
    } catch (error) {
      await keepProblem(place, { ...journal, problem: messageOf(error) });
      throw error;
    }
    const next = stepDone(journal);
    if (next === null) break;
    await keep(await pinned(place, next), next);
    journal = next;
  }
  await disarm(await pinned(place, journal), journal);
  return receiptOf(journal, new Date());
}

async function oneStep(site: ResetSite, journal: ResetJournal, tell: Tell): Promise<ResetJournal> {
  const steps = stepsOf(journal);
  const at = { step: WORDS[journal.step], done: steps.indexOf(journal.step), of: steps.length };
  tell({ ...at, fraction: null });
  const learned = await STEPS[journal.step](site, journal, (fraction) => tell({ ...at, fraction }));
  return { ...journal, erasure: { ...journal.erasure, ...learned } };
}

/** The target when it is still the one that was pinned and nothing forbids to touch it. */
async function pinned(place: ResetPlace, journal: ResetJournal): Promise<ResetSite> {
  const site = await findSite(place);
  const different = mismatch(journal.target, site.target);
  if (different !== null) {
    throw new HoldfastError(
      "refused",
      `The reset is for another partition: ${different}. It goes no further.`,
    );
  }
  const [refusal] = [...refusalsNow(site.facts), ...scopeRefusals(site, journal.scope)];
  if (refusal === undefined) return site;
  const next = site.facts.bound.length > 0 ? { next: NEXT_START } : {};
  throw new HoldfastError("refused", `${refusal} The reset goes no further.`, next);
}

const NEXT_START = "Ask for it at the next start: holdfast reset --next-boot.";

/** Keeps the journal where its step belongs; an encrypted root has no place for one before its record. */
async function keep(site: ResetSite, journal: ResetJournal): Promise<void> {
  if (isRecorded(journal)) await writeRecord(site.target.device, journal);
  else if (site.mountedAt !== null) await writeJournalFile(site.mountedAt, journal);
}

/** A full file system takes no file more: a reset that begins with its record goes on without. */
async function begin(site: ResetSite, journal: ResetJournal): Promise<void> {
  try {
    await keep(site, journal);
  } catch (error) {
    if (journal.step !== "record" || codeOf(error) !== "ENOSPC") throw error;
  }
}

/** Best effort: what stopped the reset is what counts. */
async function keepProblem(place: ResetPlace, journal: ResetJournal): Promise<void> {
  try {
    await keep(await findSite(place), journal);
  } catch {
    // The journal of before is still there.
  }
}

async function disarm(site: ResetSite, journal: ResetJournal): Promise<void> {
  if (isRecorded(journal)) await clearRecord(site.target.device);
  else if (site.mountedAt !== null) removeJournalFile(site.mountedAt);
}

function stopped({ step, problem }: ResetJournal): never {
  const why = problem ?? "it was cut short each time";
  const what = `The factory reset was started ${RESET_ATTEMPTS} times and never got past "${WORDS[step]}": ${why}`;
  throw new HoldfastError("system", `${what}.`, { next: "Ask for the reset again in the menu." });
}
