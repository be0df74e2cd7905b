import { setTimeout as pause } from "node:timers/promises";

export interface Wait {
  /** What is waited for, for the error. */
  readonly what: string;
  /** Milliseconds that are enough on a machine with nothing else to do. */
  readonly timeout: number;
  /** The time passes in tests that pass, too: no machine gets more of it. */
  readonly exact?: boolean;
  /** What there was instead, for the error. */
  readonly describe: () => string;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** How many times as long a busy machine may take: only a test that fails is slower for it. */
const BUSY = 3;

/** Looks again and again until `holds` answers true; throws with `describe` when the time is over. */
export async function until(holds: () => boolean | Promise<boolean>, wait: Wait): Promise<void> {
  const timeout = wait.exact === true ? wait.timeout : wait.timeout * BUSY;
  const deadline = Date.now() + timeout;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${timeout} ms in vain for ${wait.what}\n${wait.describe()}`);
    }
    await pause(wait.interval ?? 50);
  }
}
