import { join } from "node:path";
import * as z from "zod/mini";
import type { Plan } from "../domain/plan.ts";
import { readRunJson, reasonSchema, writeRunJson } from "./run-file.ts";

/** boot.json: tells the running system which slot it is, why, and with which counters it was entered. */
const bootRecord = () =>
  z.object({
    version: z.literal(1),
    slot: z.string(),
    identity: z.nullable(z.string()),
    reason: reasonSchema(),
    counters: z.object({
      priority: z.nullable(z.int()),
      triesLeft: z.nullable(z.int()),
      triesDone: z.nullable(z.int()),
    }),
    /** Release of the kernel that entered the slot. */
    kernel: z.string(),
  });
export type BootRecord = z.infer<ReturnType<typeof bootRecord>>;

export function writeBootRecord(
  runDir: string,
  plan: Extract<Plan, { action: "switch-root" }>,
  kernel: string,
): void {
  const { slot, identity, reason, counters } = plan;
  const record: BootRecord = { version: 1, slot, identity, reason, counters, kernel };
  writeRunJson(join(runDir, "boot.json"), record);
}

/** The record of this boot; null when Holdfast did not enter the running system. */
export function readBootRecord(runDir: string): BootRecord | null {
  return readRunJson(join(runDir, "boot.json"), bootRecord);
}
