import { linesOf, parseCrashLine } from "../domain/log-text.ts";
import { crashIn, type SlotFailure } from "../domain/slot-failure.ts";
import { readLogFiles } from "../linux/logs.ts";
import { mountPstore, PSTORE } from "./logs.ts";

/** What pstore holds of the last time that the kernel stopped. */
export interface CrashRecord {
  /** Tells this record from any other; "" where nothing is kept. */
  readonly id: string;
  readonly failure: SlotFailure | null;
}

/** Reads the record; `folder` is where pstore is mounted, null to look for it and mount it. */
export async function readCrash(folder: string | null = null): Promise<CrashRecord> {
  if (folder === null) await mountPstore();
  const files = readLogFiles(folder ?? PSTORE, () => true);
  if (files.length === 0) return { id: "", failure: null };
  const { createHash } = await import("node:crypto");
  const hash = createHash("sha256");
  for (const { name, bytes } of files) hash.update(name).update(bytes);
  // Part 1 of a panic is its end; console-ramoops is the console of that start, which tells it in order.
  const lines = files.flatMap(({ bytes }) => linesOf(bytes).map((line) => parseCrashLine(line).text));
  return { id: hash.digest("hex").slice(0, 16), failure: crashIn(lines) };
}
