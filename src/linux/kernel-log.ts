import { mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

const PRINTK = "/proc/sys/kernel/printk";
/** Where the level of before is kept, so that another process can restore it after a kill -9. */
const SAVED = "/run/holdfast/printk";
/** Only KERN_EMERG reaches the consoles. */
const QUIET = "1";

let holders = 0;
let before = "";

/**
 * Keeps kernel messages off the consoles while a menu is on them. Holders are counted: the level of before
 * returns with the last `release`. Without permission or /proc nothing happens.
 */
export function quietKernelLog(): { release(): void } {
  if (holders === 0) lower();
  holders += 1;
  let held = true;
  return {
    release() {
      if (!held) return;
      held = false;
      holders -= 1;
      if (holders === 0 && before !== "") restoreKernelLog();
    },
  };
}

function lower(): void {
  try {
    before = readFileSync(PRINTK, "utf8").split(/\s+/)[0] ?? "";
    if (before === QUIET) before = savedLevel() ?? before;
    mkdirSync(dirname(SAVED), { recursive: true });
    writeFileSync(SAVED, before);
    writeFileSync(PRINTK, QUIET);
  } catch {
    before = "";
  }
}

function savedLevel(): string | null {
  try {
    const text = readFileSync(SAVED, "utf8").trim();
    return /^\d{1,2}$/.test(text) ? text : null;
  } catch {
    return null;
  }
}

/** Puts the level back that the last menu found, also when that menu died; silently nothing without one. */
export function restoreKernelLog(): void {
  const level = savedLevel();
  if (level === null) return;
  try {
    writeFileSync(PRINTK, level);
    unlinkSync(SAVED);
  } catch {
    // Not allowed, or no /proc: the log stays quiet, which harms nobody.
  }
}
