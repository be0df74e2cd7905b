import { type Dirent, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** st_blocks counts in these, whatever the file system's own size of a block (stat(2)). */
const STAT_BLOCK = 512;

/**
 * Bytes that a folder takes on its medium, everything below it included; a file with several names in it counts
 * once. What vanishes meanwhile or cannot be read counts nothing. Null after `limit` entries: counting on would
 * take longer than a person waits.
 */
export function treeSize(folder: string, limit = 500_000): number | null {
  const seen = new Set<string>();
  const waiting = [folder];
  let bytes = 0;
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (seen.size > limit) return null;
    const found = lstatSync(path, { throwIfNoEntry: false });
    const key = `${found?.dev}:${found?.ino}`;
    if (found === undefined || seen.has(key)) continue;
    seen.add(key);
    bytes += found.blocks * STAT_BLOCK;
    if (!found.isDirectory()) continue;
    const folder = path;
    waiting.push(...entriesOf(folder).map(({ name }) => join(folder, name)));
  }
  return bytes;
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
