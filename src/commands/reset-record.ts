import { join } from "node:path";
import type { ResetReceipt, ResetRequest } from "../domain/reset.ts";
import { readReceipt, receiptFile } from "../state/receipt.ts";
import { readJournalFile } from "../state/reset/journal-file.ts";
import { readRunJson, writeRunJson } from "./run-file.ts";

/** What this boot did about a reset, also when it failed. */
function fileIn(runDir: string): string {
  return join(runDir, "reset.json");
}

export function writeResetRecord(runDir: string, receipt: ResetReceipt): void {
  writeRunJson(fileIn(runDir), { version: 1, ...receipt });
}

/** The reset that the next start carries out because of its file on /state; null for none. */
export function waitingReset(state: string): ResetRequest | null {
  try {
    const journal = readJournalFile(state);
    return journal === null ? null : { id: journal.id, scope: journal.scope, origin: journal.origin };
  } catch {
    // A file that must not be believed asks for nothing; the boot tells of it.
    return null;
  }
}

/** The receipt of the last reset: of this boot when there was one, else as the state partition has it. */
export function lastReceipt(runDir: string, state: string): ResetReceipt | null {
  const now = readRunJson(fileIn(runDir), receiptFile);
  if (now === null) return readReceipt(state);
  const { version: _, ...receipt } = now;
  return receipt;
}
