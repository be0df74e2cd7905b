import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Release of the running kernel, as in `uname -r`. */
export function kernelRelease(): string {
  return readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
}

/** The kernel command line; empty where /proc is not mounted. `root` is the sysroot. */
export function readCommandLine(root: string): string {
  try {
    return readFileSync(join(root, "proc/cmdline"), "utf8").trim();
  } catch {
    return "";
  }
}
