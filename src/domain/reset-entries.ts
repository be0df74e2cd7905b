import { unescapePath } from "./path-escape.ts";
import type { ResetScope } from "./reset.ts";

/** What a settings reset takes out of our own folder: everything that developer mode left. */
const DEVELOPER_ENTRIES = /^(developer|layers|extensions)(\.|$)/;

/** Files of our own folder that outlive a reset of each scope. What is about the slots is not the owner's. */
const KEPT: Readonly<Record<Exclude<ResetScope, "settings">, readonly string[]>> = {
  data: ["slots.json", "last-slot", "failures.json", "display.json"],
  all: ["slots.json", "last-slot", "failures.json"],
};

/**
 * Whether a settings reset removes this entry of /state or /state/encrypted: the folders that are bound below
 * /etc and /var, by their escaped names. Homes, and what is not known, stay.
 */
export function isSetting(name: string): boolean {
  return /^(etc|var)(-|$)/.test(name);
}

/** Whether a settings reset removes this entry of our own folder. */
export function isDeveloperEntry(name: string): boolean {
  return DEVELOPER_ENTRIES.test(name);
}

/** The files of our own folder that a reset of this scope carries over. */
export function keptFiles(scope: ResetScope): readonly string[] {
  return scope === "settings" ? [] : KEPT[scope];
}

/** The place in the running system that an entry of /state is for; the entry itself where it is for none. */
export function placeOf(entry: string): string {
  try {
    return unescapePath(Buffer.from(entry));
  } catch {
    return entry;
  }
}
