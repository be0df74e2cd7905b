import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { ResetScope } from "../../domain/reset.ts";
import { isDeveloperEntry, isSetting, keptFiles } from "../../domain/reset-entries.ts";
import { ENCRYPTED_DIR, HISTORY_DIR, SET_ASIDE } from "../../domain/state-layout.ts";
import { syncDirectory } from "../../linux/durable.ts";

/** A file of ours that is larger is none that we wrote. */
const KEPT_LIMIT = 16 * 1024;

/** Entries of the state partition that a reset without a new file system takes away, as paths below it. */
export function entriesToRemove(state: string, scope: ResetScope): string[] {
  const own = namesIn(join(state, HISTORY_DIR)).filter(isDeveloperEntry);
  const below = own.map((name) => join(HISTORY_DIR, name));
  if (scope !== "settings") {
    return [...namesIn(state).filter((name) => name !== HISTORY_DIR && name !== "lost+found"), ...below];
  }
  const inner = namesIn(join(state, ENCRYPTED_DIR)).filter(isSetting);
  const flag = namesIn(join(state, ENCRYPTED_DIR, HISTORY_DIR)).filter(isDeveloperEntry);
  const encrypted = [...inner, ...flag.map((name) => join(HISTORY_DIR, name))];
  return [
    ...namesIn(state).filter(isSetting),
    ...encrypted.map((name) => join(ENCRYPTED_DIR, name)),
    ...below,
  ];
}

/** Removes them; what is gone already is no error. */
export function removeEntries(state: string, scope: ResetScope): void {
  for (const entry of entriesToRemove(state, scope))
    rmSync(join(state, entry), { recursive: true, force: true });
}

/** Takes them out of the way without erasing anything, each within the file system that it lies on. */
export function setAside(state: string, scope: ResetScope, id: string): void {
  for (const entry of entriesToRemove(state, scope)) {
    const inner = entry.startsWith(`${ENCRYPTED_DIR}/`);
    const base = inner ? join(state, ENCRYPTED_DIR) : state;
    const name = inner ? entry.slice(ENCRYPTED_DIR.length + 1) : entry;
    const folder = join(base, SET_ASIDE, id);
    mkdirSync(folder, { recursive: true });
    renameSync(join(base, name), join(folder, name.replaceAll("/", "-")));
    syncDirectory(folder);
  }
}

/** Really erases what resets have set aside; answers whether there was anything. */
export function eraseSetAside(state: string): boolean {
  const folders = [state, join(state, ENCRYPTED_DIR)].map((base) => join(base, SET_ASIDE));
  const found = folders.filter((folder) => namesIn(folder).length > 0);
  for (const folder of found) rmSync(folder, { recursive: true, force: true });
  return found.length > 0;
}

/** Texts of the files of ours that outlive a reset of this scope. */
export function keptTexts(state: string, scope: ResetScope): Record<string, string> {
  const texts = keptFiles(scope).flatMap((name) => {
    try {
      const text = readFileSync(join(state, HISTORY_DIR, name), "utf8");
      return text.length > KEPT_LIMIT ? [] : [[name, text] as const];
    } catch {
      return [];
    }
  });
  return Object.fromEntries(texts);
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
