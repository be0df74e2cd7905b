import { lstatSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ResetScope } from "../../domain/reset.ts";
import { isDeveloperEntry, isSetting, keptFiles } from "../../domain/reset-entries.ts";
import { ENCRYPTED_DIR, ENCRYPTED_IMAGE, HISTORY_DIR, SET_ASIDE } from "../../domain/state-layout.ts";
import { syncPath } from "../../linux/durable.ts";
import { eraseLuks } from "../../linux/luks.ts";
import { namesIn } from "../../linux/names.ts";

/** A file of ours that is larger is none that we wrote. */
const KEPT_LIMIT = 16 * 1024;

/**
 * Entries of the state partition that a reset without a new file system takes away, as paths below it. Of the
 * directories of settings only what is in them: where they are bound, the system needs a place.
 */
export function entriesToRemove(state: string, scope: ResetScope): string[] {
  const own = namesIn(join(state, HISTORY_DIR)).filter(isDeveloperEntry);
  const below = own.map((name) => join(HISTORY_DIR, name));
  if (scope !== "settings") {
    return [...namesIn(state).filter((name) => name !== HISTORY_DIR && name !== "lost+found"), ...below];
  }
  const encrypted = join(state, ENCRYPTED_DIR);
  const flag = namesIn(join(encrypted, HISTORY_DIR)).filter(isDeveloperEntry);
  const inner = [...settingsIn(encrypted), ...flag.map((name) => join(HISTORY_DIR, name))];
  return [...settingsIn(state), ...inner.map((name) => join(ENCRYPTED_DIR, name)), ...below];
}

function settingsIn(base: string): string[] {
  return namesIn(base)
    .filter(isSetting)
    .flatMap((name) =>
      lstatSync(join(base, name)).isDirectory()
        ? namesIn(join(base, name)).map((child) => join(name, child))
        : [name],
    );
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
    const place = join(base, SET_ASIDE, id, name);
    mkdirSync(dirname(place), { recursive: true });
    renameSync(join(base, name), place);
    syncPath(dirname(place));
  }
}

/** Really erases what resets have set aside, keys first; answers whether there was anything. */
export async function eraseSetAside(state: string): Promise<boolean> {
  const folders = [state, join(state, ENCRYPTED_DIR)].map((base) => join(base, SET_ASIDE));
  const found = folders.filter((folder) => namesIn(folder).length > 0);
  for (const folder of found) {
    const images = namesIn(folder).map((id) => join(folder, id, ENCRYPTED_IMAGE));
    for (const image of images.filter(isFile)) await eraseLuks(image);
    rmSync(folder, { recursive: true, force: true });
  }
  return found.length > 0;
}

/** More directories than a system has. */
const LAYOUT_LIMIT = 32;

/** Names of the directories of the state partition that are bound into the system: a new one begins with them. */
export function layoutOf(state: string): string[] {
  const isBound = (name: string) => /^[^.]/.test(name) && name !== "lost+found" && name !== ENCRYPTED_DIR;
  const found = namesIn(state).filter((name) => isBound(name) && lstatSync(join(state, name)).isDirectory());
  return found.slice(0, LAYOUT_LIMIT);
}

function isFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
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
