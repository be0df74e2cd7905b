import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

/** Waits until the directory's own entries are on the medium. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function writeSynced(path: string, content: string | Uint8Array): Promise<void> {
  const handle = await open(path, "w", 0o644);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Replaces the file at `path` so that after a power loss it holds the old or the new content, never a part:
 * a sibling is written and synced, takes the name, and the directory is synced. Makes missing directories.
 */
export async function writeDurably(path: string, content: string | Uint8Array): Promise<void> {
  const sibling = `${path}.new`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeSynced(sibling, content);
    await rename(sibling, path);
  } catch (error) {
    await rm(sibling, { force: true });
    throw error;
  }
  await syncDirectory(dirname(path));
}
