import { join } from "node:path";
import * as z from "zod/mini";
import type { Layers, Plan } from "../domain/plan.ts";
import type { EnteredState } from "./boot-state.ts";
import { layersSchema, readRunJson, reasonSchema, writeRunJson } from "./run-file.ts";

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
    /** What lies over the image, and whether this is a boot without extensions; missing where nothing was asked. */
    layers: z.optional(layersSchema()),
    /** What of it could not be had, as sentences. */
    notes: z.optional(z.array(z.string())),
    /** What /state is in this system; missing where Holdfast did not open one. */
    state: z.optional(
      z.object({
        kind: z.string(),
        device: z.nullable(z.string()),
        fstype: z.nullable(z.string()),
        /** Why it is only a temporary one; null when all is well. */
        problem: z.nullable(z.string()),
        encrypted: z.nullable(z.object({ open: z.boolean(), problem: z.nullable(z.string()) })),
        binds: z.array(z.object({ source: z.string(), target: z.string() })),
        notes: z.array(z.string()),
      }),
    ),
  });
export type BootRecord = z.infer<ReturnType<typeof bootRecord>>;

export function writeBootRecord(
  runDir: string,
  plan: Extract<Plan, { action: "switch-root" }>,
  kernel: string,
  entered: EnteredState | null,
  notes: readonly string[] = [],
): void {
  const { slot, identity, reason, counters } = plan;
  const layers = { ...plan.layers, developer: copied(plan.layers.developer) };
  const state = entered === null ? {} : { state: stateRecord(entered) };
  const record: BootRecord = {
    ...{ version: 1, slot, identity, reason, counters, kernel },
    ...{ layers, notes: [...notes] },
    ...state,
  };
  writeRunJson(join(runDir, "boot.json"), record);
}

/** The record of a system of another family; it has no counters, and no mark is about it. */
export function writeSystemRecord(
  runDir: string,
  { slot, reason }: Extract<Plan, { action: "system" | "hand-over" }>,
  kernel: string,
): void {
  const counters = { priority: null, triesLeft: null, triesDone: null };
  const record: BootRecord = { version: 1, slot, identity: null, reason, counters, kernel };
  writeRunJson(join(runDir, "boot.json"), record);
}

function copied(developer: Layers["developer"]): NonNullable<BootRecord["layers"]>["developer"] {
  return developer === null ? null : { ...developer, features: [...developer.features] };
}

function stateRecord({ report, binds }: EnteredState): NonNullable<BootRecord["state"]> {
  const { kind, device, fstype, problem, notes } = report;
  const { open, problem: why } = report.encrypted ?? { open: false, problem: null };
  const encrypted = report.encrypted === null ? null : { open, problem: why };
  return { kind, device, fstype, problem, encrypted, binds: [...binds], notes: [...notes] };
}

/** The record of this boot; null when Holdfast did not enter the running system. */
export function readBootRecord(runDir: string): BootRecord | null {
  return readRunJson(join(runDir, "boot.json"), bootRecord);
}
