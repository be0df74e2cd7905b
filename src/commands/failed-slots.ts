import { join } from "node:path";
import * as z from "zod/mini";
import { readRunJson, writeRunJson } from "./run-file.ts";

const failedFile = () =>
  z.object({ version: z.literal(1), slots: z.array(z.object({ slot: z.string(), why: z.string() })) });

const fileIn = (runDir: string) => join(runDir, "failed.json");

/** Slots that could not be entered in this boot, with why as a sentence: it tries each of them once. */
export function readFailedSlots(runDir: string): ReadonlyMap<string, string> {
  const { slots = [] } = readRunJson(fileIn(runDir), failedFile) ?? {};
  return new Map(slots.map(({ slot, why }) => [slot, why]));
}

export function addFailedSlot(runDir: string, slot: string, why: string): void {
  const all = new Map(readFailedSlots(runDir)).set(slot, why);
  const slots = [...all].map(([id, reason]) => ({ slot: id, why: reason }));
  writeRunJson(fileIn(runDir), { version: 1, slots });
}
