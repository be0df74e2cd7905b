import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ResetConfig } from "../../config/reset.ts";
import { parseCommandLine } from "../../domain/command-line.ts";
import { HoldfastError } from "../../domain/errors.ts";
import type { ResetRequest } from "../../domain/reset.ts";
import { mismatch } from "../../domain/reset-journal.ts";
import { wordOf } from "../../domain/reset-request.ts";
import { readCommandLine } from "../../linux/kernel.ts";
import { readJournalFile } from "./journal-file.ts";
import { readRecord } from "./journal-record.ts";
import { hasResetMark } from "./mark.ts";
import { doneRequests, wordFile } from "./receipt.ts";
import { systemdRequest } from "./requests.ts";
import { type ResetPlace, targetAt } from "./site.ts";

/** Whether a record that is for this very partition lies at its end. What cannot be read says nothing. */
export async function isRecordedAt(place: Pick<ResetPlace, "role" | "find">): Promise<boolean> {
  try {
    const partition = await place.find();
    const { device, sizeBytes } = partition;
    if (device === null || !hasResetMark(device, sizeBytes)) return false;
    const { journal } = await readRecord(device);
    return (
      journal !== null && mismatch(journal.target, (await targetAt(place.role, partition)).target) === null
    );
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

/** Where a request may have been left. */
export interface WaitingPlaces {
  readonly config: ResetConfig;
  readonly root: string;
  /** Where the state partition is mounted when it is. */
  readonly state: string;
  /** What the bootloader's message asks for. */
  readonly request: ResetRequest | null;
  /** Takes sentences for people about requests that are not obeyed. */
  readonly tell: (sentence: string) => void;
}

/** Whether a reset was asked for that was not carried out yet. A word that is gone may be obeyed again later. */
export function isAsked({ config, root, state, request, tell }: WaitingPlaces): boolean {
  forgetWord(root, state);
  if (request !== null) return !doneRequests(state).includes(request.id);
  if (hasFile(state)) return true;
  const { request: found, ignored } = systemdRequest(config, root, state);
  if (ignored !== null) tell(ignored);
  return found !== null;
}

/** A file that must not be believed is looked at, too, so that it is told. */
function hasFile(state: string): boolean {
  try {
    return readJournalFile(state) !== null;
  } catch (error) {
    if (error instanceof HoldfastError) return true;
    throw error;
  }
}

function forgetWord(root: string, state: string): void {
  const file = join(state, wordFile);
  if (!existsSync(file)) return;
  if (wordOf(parseCommandLine(readCommandLine(root))) === null) rmSync(file, { force: true });
}
