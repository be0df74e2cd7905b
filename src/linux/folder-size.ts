import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";

/**
 * Bytes that a file, or everything below a folder, takes on its file system; null when that cannot be known or
 * is not known by `deadline` (milliseconds of performance.now()).
 */
export async function sizeOf(path: string, deadline: number): Promise<number | null> {
  if (performance.now() > deadline) return null;
  try {
    const own = await lstat(path);
    // st_blocks counts 512 bytes, whatever the file system's blocks.
    let bytes = own.blocks * 512;
    if (!own.isDirectory()) return bytes;
    for (const name of await readdir(path)) {
      const below = await sizeOf(join(path, name), deadline);
      if (below === null) return null;
      bytes += below;
    }
    return bytes;
  } catch {
    return null;
  }
}
