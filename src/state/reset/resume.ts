import type { ResetConfig } from "../../config/reset.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import type { ResetOrigin, ResetReceipt, ResetRequest } from "../../domain/reset.ts";
import { mismatch, type ResetJournal, stepsOf } from "../../domain/reset-journal.ts";
import { armReset, journalFor, takeBack } from "./arm.ts";
import { readJournalFile } from "./journal-file.ts";
import { readRecord } from "./journal-record.ts";
import { lookAt } from "./preview.ts";
import { doneRequests, receiptOf } from "./receipt.ts";
import { clearVariables, systemdRequest } from "./requests.ts";
import { runReset, type Tell } from "./run.ts";
import { findSite, type ResetPlace, type ResetSite } from "./site.ts";

/** What came of a look for resets on the way through a boot. */
export interface Resumed {
  /** Null when there was nothing to do. */
  readonly receipt: ResetReceipt | null;
  /** False when the partition may be half erased: nobody may have it then. */
  readonly usable: boolean;
  /** Sentences for people. */
  readonly said: readonly string[];
}

/** A wish for a reset besides those on the partition and systemd's, such as that of a bootloader's message. */
export interface ResumeOptions {
  readonly config: ResetConfig;
  readonly root: string;
  readonly request: ResetRequest | null;
  /** Takes that wish back where it was left, once it is written down on the partition. */
  readonly clearRequest: () => Promise<void>;
  readonly tell: Tell;
}

/**
 * Finishes a reset that was cut short, or carries out one that was asked for. A record or a file that is for
 * another partition, or that must not be believed, is told and never acted on.
 */
export async function resumeReset(place: ResetPlace, options: ResumeOptions): Promise<Resumed> {
  const site = await findSite(place);
  const said: string[] = [];
  const found = await journalAt(site, said);
  const journal = found ?? (await requested(site, options, said));
  if (journal === null) return { receipt: null, usable: true, said };
  if (found !== null) await taken(journal.origin, options, said);
  return carryOut(place, journal, options, said);
}

/** The journal of the record, else of the file, when it is for this partition. */
async function journalAt(site: ResetSite, said: string[]): Promise<ResetJournal | null> {
  const record = await tried(said, async () => {
    const { journal, problems } = await readRecord(site.target.device);
    said.push(...problems);
    return ours(journal, site, said);
  });
  if (record !== null || site.mountedAt === null) return record;
  const { mountedAt } = site;
  return tried(said, async () => ours(readJournalFile(mountedAt), site, said));
}

function ours(journal: ResetJournal | null, site: ResetSite, said: string[]): ResetJournal | null {
  const different = journal === null ? null : mismatch(journal.target, site.target);
  if (different === null) return journal;
  said.push(
    `A factory reset is written down on ${site.target.device} that is for another partition: ${different}.`,
  );
  return null;
}

async function tried<T>(said: string[], read: () => Promise<T | null>): Promise<T | null> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    said.push(error.message);
    return null;
  }
}

/** The journal of a request that was not carried out yet, armed where the partition can be written. */
async function requested(
  site: ResetSite,
  options: ResumeOptions,
  said: string[],
): Promise<ResetJournal | null> {
  const { place, mountedAt } = site;
  const { request, ignored } =
    options.request === null
      ? systemdRequest(options.config, options.root, mountedAt)
      : { request: notDone(options.request, mountedAt), ignored: null };
  if (ignored !== null) said.push(ignored);
  if (request === null) return null;
  return tried(said, async () => {
    // A root has no part that could stay.
    const wish = place.role === "root" ? { ...request, scope: "all" as const } : request;
    const looked = await lookAt(place, wish.scope);
    const journal = journalFor(wish, looked, new Date());
    // An encrypted root cannot tell the next start what was done.
    if (place.role === "root") await takeFirst(request.origin, options);
    if (mountedAt === null) return journal;
    await armReset(place, looked.preview, wish);
    try {
      await takeFirst(request.origin, options);
    } catch (error) {
      await takeBack(place);
      throw error;
    }
    return readJournalFile(mountedAt);
  });
}

/** A wish that stays where it was left would come again at every start. */
async function takeFirst(origin: ResetOrigin, options: ResumeOptions): Promise<void> {
  try {
    await take(origin, options);
  } catch (error) {
    throw new HoldfastError(
      "refused",
      `Nothing was erased, as the request for it cannot be taken back: ${messageOf(error)}`,
      { cause: error },
    );
  }
}

async function take(origin: ResetOrigin, options: ResumeOptions): Promise<void> {
  if (origin === "bcb") await options.clearRequest();
  if (origin === "efi-variable") clearVariables(options.root);
}

/** The same of a wish that is under way already. */
async function taken(origin: ResetOrigin, options: ResumeOptions, said: string[]): Promise<void> {
  try {
    await take(origin, options);
  } catch (error) {
    said.push(messageOf(error));
  }
}

function notDone(request: ResetRequest, state: string | null): ResetRequest | null {
  return state !== null && doneRequests(state).includes(request.id) ? null : request;
}

async function carryOut(
  place: ResetPlace,
  journal: ResetJournal,
  options: ResumeOptions,
  said: string[],
): Promise<Resumed> {
  try {
    const receipt = await runReset(place, journal, options.tell);
    await taken(journal.origin, options, said);
    return { receipt, usable: true, said };
  } catch (error) {
    const problem = messageOf(error);
    const usable = !(await mayBeHalfDone(place, journal, error));
    if (usable) await takeBack(place).catch(() => {});
    return { receipt: receiptOf(journal, new Date(), problem), usable, said: [...said, problem] };
  }
}

/** Whether the partition may be neither as it was nor finished. When in doubt, it may. */
async function mayBeHalfDone(place: ResetPlace, journal: ResetJournal, error: unknown): Promise<boolean> {
  try {
    if (stepsOf(journal)[0] === "record") {
      const { target } = await findSite(place);
      return (await readRecord(target.device)).journal !== null;
    }
  } catch {
    return true;
  }
  const wasRefused = error instanceof HoldfastError && error.kind === "refused";
  return !wasRefused || journal.starts > 0;
}
