import { lstatSync } from "node:fs";
import { join } from "node:path";
import { setImmediate as others } from "node:timers/promises";
import { namesIn } from "./names.ts";

/** st_blocks counts in these, whatever the file system's own size of a block (stat(2)). */
const STAT_BLOCK = 512;
/** How many entries are counted before others get a turn. */
const TURN = 256;

/**
 * Bytes that a file, or a folder with everything below it, takes on its medium; a file with several names in it
 * counts once. What vanishes meanwhile or cannot be read counts nothing. Null after `limit` entries: counting on
 * would take longer than a person waits.
 */
export function treeSize(path: string, limit = 500_000): number | null {
  let bytes = 0;
  let entries = 0;
  for (const size of sizesIn(path)) {
    if (++entries > limit) return null;
    bytes += size;
  }
  return bytes;
}

/** The same while a menu goes on being drawn; null when it is not known by `deadline`, ms of performance.now(). */
export async function treeSizeBy(path: string, deadline: number): Promise<number | null> {
  let bytes = 0;
  let entries = 0;
  for (const size of sizesIn(path)) {
    if (performance.now() > deadline) return null;
    if (++entries % TURN === 0) await others();
    bytes += size;
  }
  return bytes;
}

/** The size of each file and folder. */
function* sizesIn(path: string): Generator<number> {
  const seen = new Set<string>();
  const waiting = [path];
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    const found = lstatSync(place, { throwIfNoEntry: false });
    const key = `${found?.dev}:${found?.ino}`;
    if (found === undefined || seen.has(key)) continue;
    seen.add(key);
    yield found.blocks * STAT_BLOCK;
    if (!found.isDirectory()) continue;
    const folder = place;
    waiting.push(...namesIn(folder).map((name) => join(folder, name)));
  }
}
