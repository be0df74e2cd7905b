import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { codeOf, HoldfastError } from "../../domain/errors.ts";
import type { ResetPreview, ResetReceipt, ResetRequest, ResetScope } from "../../domain/reset.ts";
import { newJournal, type ResetJournal } from "../../domain/reset-journal.ts";
import { changedSince } from "../../domain/reset-refusal.ts";
import { HISTORY_DIR } from "../../domain/state-layout.ts";
import { keptTexts, layoutOf } from "./entries.ts";
import { removeJournalFile, writeJournalFile } from "./journal-file.ts";
import { type Looked, lookAt } from "./preview.ts";
import { runReset, type Tell } from "./run.ts";
import { findSite, type ResetPlace } from "./site.ts";

/** What a reset of this scope would do. Writes nothing. */
export async function previewReset(place: ResetPlace, scope: ResetScope): Promise<ResetPreview> {
  return (await lookAt(place, scope)).preview;
}

/** Files of ours, by name, that a reset leaves behind besides those that outlive it: such as developer mode. */
export type AlsoKept = Readonly<Record<string, string>>;

/** The journal of a request on what was looked at. */
export function journalFor(
  request: ResetRequest,
  looked: Looked,
  now: Date,
  also: AlsoKept = {},
): ResetJournal {
  const { place, target, mountedAt } = looked.site;
  // What is only set aside could be read by the one whom developer mode lets in.
  const grace = looked.grace && request.origin !== "developer-mode";
  const { role, diskId, partuuid, start, size } = target;
  return newJournal({
    ...request,
    target: { role, diskId, partuuid, start, size },
    grace,
    time: now.toISOString(),
    erasure: { ...looked.erasure, removesOnly: request.scope === "settings" || grace },
    layout: place.directories.length > 0 || mountedAt === null ? place.directories : layoutOf(mountedAt),
    kept: { ...(mountedAt === null ? {} : keptTexts(mountedAt, request.scope)), ...also },
  });
}

/**
 * Asks for exactly what was previewed at the next start. Throws `refused` when it changed since, or when there
 * is no place to ask.
 */
export async function armReset(
  place: ResetPlace,
  preview: ResetPreview,
  request: ResetRequest,
  also: AlsoKept = {},
): Promise<void> {
  const looked = await sameAs(place, preview);
  const { mountedAt } = looked.site;
  if (mountedAt === null) {
    throw new HoldfastError("refused", `${place.ref} is not mounted, so a request would not be found.`, {
      next: "Ask for the reset in the menu.",
    });
  }
  const journal = journalFor(request, looked, new Date(), also);
  try {
    await writeJournalFile(mountedAt, journal);
  } catch (error) {
    if (codeOf(error) !== "ENOSPC") throw error;
    makeRoom(mountedAt, journal);
    await writeJournalFile(mountedAt, journal);
  }
}

/** Our own log may go where everything else goes. */
function makeRoom(state: string, { scope }: ResetJournal): void {
  const log = join(state, HISTORY_DIR, "history.jsonl");
  if (scope === "settings" || !existsSync(log)) {
    throw new HoldfastError(
      "refused",
      `${state} is full: there is no room to write down what was asked for.`,
      {
        next: "Reset the data in the menu, which needs no room.",
      },
    );
  }
  rmSync(log);
}

/**
 * Resets exactly what was previewed, now. When it fails before anything was erased, it is as if it had never
 * been asked for; behind that the next start goes on with it.
 */
export async function resetNow(
  place: ResetPlace,
  preview: ResetPreview,
  request: ResetRequest,
  tell: Tell,
  also: AlsoKept = {},
): Promise<ResetReceipt> {
  const looked = await sameAs(place, preview);
  const journal = journalFor(request, looked, new Date(), also);
  try {
    return await runReset(place, journal, tell);
  } catch (error) {
    if (journal.step === "record") await takeBack(place);
    throw error;
  }
}

/** Takes back a request that is still in its file; what was recorded at the partition's end stays. */
export async function takeBack(place: ResetPlace): Promise<void> {
  const { mountedAt } = await findSite(place);
  if (mountedAt !== null) removeJournalFile(mountedAt);
}

async function sameAs(place: ResetPlace, preview: ResetPreview): Promise<Looked> {
  const looked = await lookAt(place, preview.scope);
  const changed = changedSince(preview.target, looked.preview.target);
  if (changed === null) return looked;
  throw new HoldfastError("refused", `${changed} Nothing was erased.`, {
    next: "Look at the preview again.",
  });
}
