import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Runs `use` with the file opened and waits until what it did is on the medium. */
function synced(path: string, flags: "r" | "w", use: (fd: number) => void): void {
  const fd = openSync(path, flags, 0o644);
  try {
    use(fd);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

/**
 * Replaces the file at `path` so that after a power loss it holds the old or the new content, never a part:
 * a sibling is written and synced, takes the name, and the directory is synced. Makes missing directories.
 * Blocks inside: on the way through a boot that is sooner done than a thread is started.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const sibling = `${path}.new`;
  mkdirSync(dirname(path), { recursive: true });
  try {
    synced(sibling, "w", (fd) => writeFileSync(fd, content));
    renameSync(sibling, path);
  } catch (error) {
    rmSync(sibling, { force: true });
    throw error;
  }
  syncPath(dirname(path));
}

/** Waits until the content of a file or a device, or the names in a directory, are on the medium. */
export function syncPath(path: string): void {
  synced(path, "r", () => {});
}
