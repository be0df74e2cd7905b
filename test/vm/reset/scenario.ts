import type { ResetScope } from "../../../src/domain/reset.ts";
import type { StateFileSystem } from "../../../src/domain/state-tools.ts";

/** What a run of the cut machine tries; handed to it as JSON. */
export interface Scenario {
  readonly name: string;
  /** Power cuts, or one try with each kind of bad input. */
  readonly kind: "cuts" | "bad-input";
  readonly role: "state" | "root";
  readonly scope: ResetScope;
  readonly fstype: StateFileSystem;
  readonly grace: boolean;
  /** Whether the file system was made by others and fills the partition, the record's place included. */
  readonly fills: boolean;
  /** MiB of the partition. */
  readonly size: number;
  readonly perWindow: number;
  /** At most so many cuts, spread evenly; 0 for all. */
  readonly limit: number;
  /** Of all cuts, those of one part of `of`; parts count from 1. */
  readonly part: { readonly number: number; readonly of: number };
  readonly seed: number;
}

/** What the cut machine answers. */
export interface Verdict {
  readonly name: string;
  readonly writes: number;
  readonly flushes: number;
  readonly discards: number;
  readonly cuts: number;
  /** Cuts after which nothing was touched, and those after which the reset finished by itself. */
  readonly untouched: number;
  readonly finished: number;
  readonly seconds: number;
  /** Sentences about cuts that ended otherwise; none when all is well. */
  readonly failures: readonly string[];
}
