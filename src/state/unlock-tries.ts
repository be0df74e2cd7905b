import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { waitAfter } from "../domain/state-report.ts";
import { writeDurably } from "../linux/durable.ts";

/**
 * Wrong passphrases in a row, kept beside the image so that a restart does not forget them. Time is the machine's
 * uptime, as a device may have no clock: after a restart the wait begins anew.
 */
export class UnlockTries {
  readonly #file: string;
  readonly #uptime: () => number;
  #last = 0;
  /** Of this process: what a full file system cannot keep is counted all the same. */
  #counted = 0;

  /** `state` is where the state partition is mounted; `uptime` answers seconds. */
  constructor(state: string, uptime: () => number = () => process.hrtime()[0]) {
    this.#file = join(state, HISTORY_DIR, "unlock-failures");
    this.#uptime = uptime;
  }

  get failures(): number {
    return Math.max(this.#kept(), this.#counted);
  }

  /** Seconds until the next passphrase may be tried. */
  get wait(): number {
    return Math.max(0, Math.ceil(this.#last + waitAfter(this.failures) - this.#uptime()));
  }

  /** Counts a try as wrong before it is made: pulling the plug does not take it back. */
  async begin(): Promise<void> {
    this.#counted = this.failures + 1;
    try {
      await writeDurably(this.#file, `${this.#counted}\n`);
    } catch {
      // A full or read-only file system; the count of this process holds.
    }
  }

  failed(): void {
    this.#last = this.#uptime();
  }

  /** The right passphrase: what was wrong before is forgotten. */
  succeeded(): void {
    this.#counted = 0;
    rmSync(this.#file, { force: true });
  }

  #kept(): number {
    try {
      const count = Number(readFileSync(this.#file, "utf8"));
      return Number.isSafeInteger(count) && count > 0 ? count : 0;
    } catch {
      return 0;
    }
  }
}
