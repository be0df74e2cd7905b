import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { RESET_ORIGINS, RESET_SCOPES, type ResetReceipt } from "../domain/reset.ts";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { writeDurably } from "../linux/durable.ts";

/** A receipt as it lies in a file. */
export const receiptFile = () =>
  z.object({
    version: z.literal(1),
    id: z.string(),
    scope: z.enum(RESET_SCOPES),
    origin: z.enum(RESET_ORIGINS),
    time: z.string(),
    seconds: z.number(),
    grade: z.enum(["keys-destroyed", "discarded", "overwritten", "deleted"]),
    gradeReason: z.string(),
    attempts: z.int(),
    outcome: z.enum(["done", "failed"]),
    problem: z.nullable(z.string()),
  });

function fileIn(state: string): string {
  return join(state, HISTORY_DIR, "receipt.json");
}

/** Leaves the receipt of the last reset on the state partition that is mounted at `state`. */
export async function writeReceipt(state: string, receipt: ResetReceipt): Promise<void> {
  await writeDurably(fileIn(state), `${JSON.stringify({ version: 1, ...receipt }, null, 2)}\n`);
}

/** The receipt of the last reset; null when there is none, or when its file is broken. */
export function readReceipt(state: string): ResetReceipt | null {
  try {
    const { version: _, ...receipt } = z.parse(
      receiptFile(),
      JSON.parse(readFileSync(fileIn(state), "utf8")),
    );
    return receipt;
  } catch {
    return null;
  }
}
