import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { ENCRYPTED_DIR, HISTORY_DIR } from "../domain/state-layout.ts";
import { syncFileSystem } from "../linux/syscalls.ts";

/** Modes of directories that are not for everybody to look into. */
const MODES: Readonly<Record<string, number>> = { root: 0o700, tmp: 0o1777, "var-tmp": 0o1777 };

/**
 * The directories that a new state partition, mounted at `state`, begins with; `directories` as in the
 * configuration. Those of the encrypted part are made when `encrypted` is where that is mounted. Ours comes last:
 * a skeleton that was cut short has none. What is there stays; all of it is on the medium afterwards.
 */
export function makeSkeleton(
  state: string,
  directories: readonly string[],
  encrypted: string | null = null,
): void {
  for (const name of directories) {
    const [place, own] = name.startsWith(`${ENCRYPTED_DIR}/`)
      ? [encrypted, name.slice(ENCRYPTED_DIR.length + 1)]
      : [state, name];
    if (place !== null) mkdirSync(join(place, own), { recursive: true, mode: MODES[own] ?? 0o755 });
  }
  mkdirSync(join(state, HISTORY_DIR), { recursive: true });
  for (const place of encrypted === null ? [state] : [encrypted, state]) syncAll(place);
}

function syncAll(folder: string): void {
  const fd = openSync(folder, "r");
  try {
    syncFileSystem(fd, folder);
  } finally {
    closeSync(fd);
  }
}
