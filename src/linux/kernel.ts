import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Release of the running kernel, as in `uname -r`. */
export function kernelRelease(): string {
  return readFileSync("/proc/sys/kernel/osrelease", "utf8").trim();
}

/** Whether the running kernel has loaded modules; one that can load none has no /proc/modules. */
export function usesModules(): boolean {
  return readText("/proc/modules") !== "";
}

/** The kernel command line; empty where /proc is not mounted. `root` is the sysroot. */
export function readCommandLine(root: string): string {
  return readText(join(root, "proc/cmdline")).trim();
}

/** The text of a file of the kernel's; empty where it is not there. */
export function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
