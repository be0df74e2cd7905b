import { readFileSync } from "node:fs";
import { release } from "node:os";
import { join } from "node:path";

/** Release of the running kernel, as in `uname -r`. */
export function kernelRelease(): string {
  return release();
}

/** The kernel command line; empty where /proc is not mounted. `root` is the sysroot. */
export function readCommandLine(root: string): string {
  try {
    return readFileSync(join(root, "proc/cmdline"), "utf8").trim();
  } catch {
    return "";
  }
}
