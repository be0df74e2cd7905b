import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

export interface KernelLogPaths {
  readonly printk: string;
  /** Where the level of before is kept, so that another process can restore it after a kill -9. */
  readonly saved: string;
}

export const KERNEL_LOG: KernelLogPaths = {
  printk: "/proc/sys/kernel/printk",
  saved: "/run/holdfast/printk",
};

/** Only KERN_EMERG reaches the consoles. */
const QUIET = "1";

let holders = 0;

/**
 * Keeps kernel messages off the consoles while a menu is on them. Holders are counted: the level of before
 * returns with the last `release`. Without permission or /proc nothing happens.
 */
export function quietKernelLog(paths = KERNEL_LOG): { release(): void } {
  if (holders === 0) lower(paths);
  holders += 1;
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      holders -= 1;
      if (holders === 0) restoreKernelLog(paths);
    },
  };
}

function lower(paths: KernelLogPaths): void {
  try {
    const level = readFileSync(paths.printk, "utf8").split(/\s+/)[0] ?? "";
    // Quiet already with a level saved: the menu before this one was killed, and the saved level holds.
    if (level === QUIET && savedLevel(paths) !== null) return;
    mkdirSync(dirname(paths.saved), { recursive: true });
    writeFileSync(paths.saved, level);
    writeFileSync(paths.printk, QUIET);
  } catch {
    // Not allowed, or no /proc: messages may be seen in the menu.
  }
}

function savedLevel(paths: KernelLogPaths): string | null {
  try {
    const text = readFileSync(paths.saved, "utf8").trim();
    return /^\d{1,2}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** Puts the level back that the last menu found, also when that menu died; nothing without one. */
export function restoreKernelLog(paths = KERNEL_LOG): void {
  const level = savedLevel(paths);
  if (level === null) return;
  try {
    writeFileSync(paths.printk, level);
    unlinkSync(paths.saved);
  } catch {
    // Not allowed, or no /proc: the log stays quiet, which harms nobody.
  }
}
