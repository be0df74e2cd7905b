import { type FileHandle, open } from "node:fs/promises";
import { HoldfastError } from "../domain/errors.ts";

/**
 * Runs `use` while the lock files are held (flock), so that other programs that respect them wait. One that
 * cannot be made, as where its folder is missing or read-only, has no other holder either and is left out.
 * Throws `refused` when one stays locked for two seconds.
 */
export async function withLockFiles<T>(paths: readonly string[], use: () => Promise<T>): Promise<T> {
  const held: FileHandle[] = [];
  try {
    for (const path of paths) {
      const handle = await open(path, "a", 0o644).catch(() => null);
      if (handle === null) continue;
      held.push(handle);
      await takeLock(handle, path);
    }
    return await use();
  } finally {
    for (const handle of held) await handle.close();
  }
}

async function takeLock(handle: FileHandle, path: string): Promise<void> {
  const { tryLock } = await import("./syscalls.ts");
  for (let attempt = 0; attempt < 40; attempt++) {
    if (tryLock(handle.fd, path)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new HoldfastError("refused", `${path} is locked by another program`, {
    next: "wait until it is done and try again",
  });
}
