import { setTimeout as pause } from "node:timers/promises";

export interface Wait {
  /** What is waited for, for the error. */
  readonly what: string;
  /** Milliseconds. */
  readonly timeout: number;
  /** What there was instead, for the error. */
  readonly describe: () => string;
  /** Milliseconds between two looks. */
  readonly interval?: number;
}

/** Looks again and again until `holds` answers true; throws with `describe` when the time is over. */
export async function until(holds: () => boolean | Promise<boolean>, wait: Wait): Promise<void> {
  const deadline = Date.now() + wait.timeout;
  while (!(await holds())) {
    if (Date.now() > deadline) {
      throw new Error(`Waited ${wait.timeout} ms in vain for ${wait.what}\n${wait.describe()}`);
    }
    await pause(wait.interval ?? 50);
  }
}
