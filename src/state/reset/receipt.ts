import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ResetReceipt } from "../../domain/reset.ts";
import { gradeOf } from "../../domain/reset-grade.ts";
import type { ResetJournal } from "../../domain/reset-journal.ts";
import { WORD_ID } from "../../domain/reset-request.ts";
import { HISTORY_DIR } from "../../domain/state-layout.ts";
import { writeDurably } from "../../linux/durable.ts";
import { History } from "../history.ts";
import { writeReceipt } from "../receipt.ts";

/** Ids of the requests that were carried out, one per line, the newest last. */
const DONE = "reset-done";
/** There, below the state partition, while a word of the kernel command line that was obeyed still stands there. */
export const wordFile = join(HISTORY_DIR, "reset-word");
/** More sources than a device has. */
const REMEMBERED = 16;

/** How a reset ended; `now` and the journal's time are by the same clock. */
export function receiptOf(journal: ResetJournal, now: Date, problem: string | null = null): ResetReceipt {
  const { grade, reason } = gradeOf(journal.erasure);
  const seconds = (now.getTime() - Date.parse(journal.time)) / 1000;
  return {
    id: journal.id,
    scope: journal.scope,
    origin: journal.origin,
    time: now.toISOString(),
    // The clock may have been set, or reset, in between.
    seconds: Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 10) / 10 : 0,
    grade,
    gradeReason: reason,
    attempts: journal.starts,
    outcome: problem === null ? "done" : "failed",
    problem,
  };
}

/** Leaves the receipt on the mounted state partition, and remembers that its request was carried out. */
export async function leaveReceipt(state: string, receipt: ResetReceipt): Promise<void> {
  const folder = join(state, HISTORY_DIR);
  const done = doneRequests(state).filter((id) => id !== receipt.id);
  const ids = [...done, receipt.id].slice(-REMEMBERED);
  await writeDurably(join(folder, DONE), ids.map((id) => `${id}\n`).join(""));
  if (receipt.id === WORD_ID) await writeDurably(join(state, wordFile), "");
  await writeReceipt(state, receipt);
  await new History(state).recordDone("reset", `${receipt.scope}, asked for by ${receipt.origin}`, null);
}

/** Ids of the requests that were carried out on this state partition. */
export function doneRequests(state: string): string[] {
  const text = readText(join(state, HISTORY_DIR, DONE)) ?? "";
  return text.split("\n").filter((id) => id !== "");
}

/** Whether the word of the kernel command line was obeyed in an earlier boot and has stood there ever since. */
export function wordIsDone(state: string): boolean {
  return readText(join(state, wordFile)) !== null;
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
