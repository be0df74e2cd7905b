import { rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import type { StateReport } from "../domain/state-report.ts";
import { readRunJson, writeRunJson } from "./run-file.ts";

const size = () => z.nullable(z.number());

/** state.json: how this boot found the state partition, for the commands that come after. */
const stateFile = () =>
  z.object({
    version: z.literal(1),
    kind: z.enum(["partition", "temporary", "none", "unusable"]),
    device: z.nullable(z.string()),
    fstype: z.nullable(z.string()),
    size: size(),
    free: size(),
    encrypted: z.nullable(
      z.object({
        open: z.boolean(),
        locked: z.boolean(),
        failures: z.int(),
        wait: z.number(),
        problem: z.nullable(z.string()),
      }),
    ),
    problem: z.nullable(z.string()),
    notes: z.array(z.string()),
  });

const fileIn = (runDir: string) => join(runDir, "state.json");

export function writeStateRecord(runDir: string, report: StateReport): void {
  writeRunJson(fileIn(runDir), { version: 1, ...report });
}

/** As if Holdfast had not looked at /state yet. */
export function forgetStateRecord(runDir: string): void {
  rmSync(fileIn(runDir), { force: true });
}

/** What the boot found; null where Holdfast did not open /state in this boot. */
export function readStateRecord(runDir: string): StateReport | null {
  const record = readRunJson(fileIn(runDir), stateFile);
  if (record === null) return null;
  const { version: _, ...report } = record;
  return report;
}
