import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { tryLock } from "../linux/syscalls.ts";
import { CACHE } from "./paths.ts";

/** Runs `work` while no other process of this project runs one of the same name; test files build in parallel. */
export async function locked<T>(name: string, work: () => Promise<T>): Promise<T> {
  mkdirSync(CACHE, { recursive: true });
  const path = join(CACHE, `${name}.lock`);
  const fd = openSync(path, "w");
  try {
    while (!tryLock(fd, path)) await setTimeout(100);
    return await work();
  } finally {
    closeSync(fd);
  }
}
