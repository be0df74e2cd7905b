import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { codeOf, HoldfastError } from "../../domain/errors.ts";
import type { ResetJournal } from "../../domain/reset-journal.ts";
import { HISTORY_DIR } from "../../domain/state-layout.ts";
import { syncPath, writeDurably } from "../../linux/durable.ts";
import { formatJournal, parseJournal } from "./journal-text.ts";

/** The first of the two places where a reset is armed; the probe looks for it. */
const NAME = "reset.json";

function pathIn(state: string): string {
  return join(state, HISTORY_DIR, NAME);
}

/** The reset that the file on the mounted state partition asks for; null when there is none. */
export function readJournalFile(state: string): ResetJournal | null {
  const path = pathIn(state);
  try {
    return parseJournal(readFileSync(path, "utf8"), path);
  } catch (error) {
    if (codeOf(error) === "ENOENT" || codeOf(error) === "ENOTDIR") return null;
    if (error instanceof HoldfastError) throw error;
    throw new HoldfastError("badStore", `${path} cannot be read: ${codeOf(error)}`, { cause: error });
  }
}

export async function writeJournalFile(state: string, journal: ResetJournal): Promise<void> {
  await writeDurably(pathIn(state), formatJournal(journal));
}

export function removeJournalFile(state: string): void {
  rmSync(pathIn(state), { force: true });
  syncPath(join(state, HISTORY_DIR));
}
