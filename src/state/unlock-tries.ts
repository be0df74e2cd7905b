import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HISTORY_DIR } from "../domain/state-layout.ts";
import { waitAfter } from "../domain/state-report.ts";
import { writeDurably } from "../linux/durable.ts";

/** How often a wrong passphrase was tried in a row, and when the last time was, in seconds of uptime. */
interface Count {
  readonly failures: number;
  readonly last: number;
}

const NONE: Count = { failures: 0, last: 0 };

/**
 * Wrong passphrases in a row, kept beside the image so that neither a restart nor a new process forgets them.
 * Time is the machine's uptime, as a device may have no clock: after a restart the wait begins anew.
 */
export class UnlockTries {
  readonly #file: string;
  readonly #uptime: () => number;
  /** Of this process: what a full file system cannot keep is counted all the same. */
  #counted = NONE;

  /** `state` is where the state partition is mounted; `uptime` answers seconds. */
  constructor(state: string, uptime: () => number = () => process.hrtime()[0]) {
    this.#file = join(state, HISTORY_DIR, "unlock-failures");
    this.#uptime = uptime;
  }

  get failures(): number {
    return this.#count().failures;
  }

  /** Seconds until the next passphrase may be tried. */
  get wait(): number {
    const { failures, last } = this.#count();
    const now = this.#uptime();
    // A time ahead of ours is of an earlier boot.
    return Math.max(0, (last > now ? 0 : last) + waitAfter(failures) - now);
  }

  /** Counts a try as wrong before it is made: pulling the plug does not take it back. */
  async begin(): Promise<void> {
    this.#counted = { failures: this.failures + 1, last: this.#uptime() };
    const { failures, last } = this.#counted;
    try {
      await writeDurably(this.#file, `${failures} ${last}\n`);
    } catch {
      // A full or read-only file system; the count of this process holds.
    }
  }

  /** The right passphrase: what was wrong before is forgotten. */
  succeeded(): void {
    this.#counted = NONE;
    rmSync(this.#file, { force: true });
  }

  #count(): Count {
    const kept = this.#kept();
    return kept.failures > this.#counted.failures ? kept : this.#counted;
  }

  #kept(): Count {
    try {
      const match = /^(\d{1,9}) (\d{1,9})\n$/.exec(readFileSync(this.#file, "utf8"));
      return match === null ? NONE : { failures: Number(match[1]), last: Number(match[2]) };
    } catch {
      return NONE;
    }
  }
}
