/** The state partition as this boot found it. */
export interface StateReport {
  /** `temporary` lives in memory for one boot; `none` where the device has no state partition. */
  readonly kind: "partition" | "temporary" | "none" | "unusable";
  readonly device: string | null;
  readonly fstype: string | null;
  /** In bytes; null when it is not mounted. */
  readonly size: number | null;
  readonly free: number | null;
  /** The encrypted part of it, encrypted.img; null when there is none. */
  readonly encrypted: EncryptedReport | null;
  /** What is wrong, as a sentence; null when it is well. A temporary state says why it is one. */
  readonly problem: string | null;
  /** What else is worth knowing, as sentences: made at this boot, a directory that was not bound. */
  readonly notes: readonly string[];
}

export interface EncryptedReport {
  readonly open: boolean;
  /** Whether it waits for a passphrase. */
  readonly locked: boolean;
  /** Wrong passphrases since it was opened last. */
  readonly failures: number;
  /** Seconds until the next passphrase may be tried. */
  readonly wait: number;
  readonly problem: string | null;
}

/** What a person can do about a state partition that is broken or locked. */
export type StateChange =
  /** Lets the file system's own checker repair it. */
  | { readonly kind: "repair" }
  /** Goes on with a state in memory, for this boot only. */
  | { readonly kind: "temporary" }
  | { readonly kind: "unlock"; readonly passphrase: string };

/** Whether a person should be asked before the boot goes on without all of its data. */
export function needsPerson({ kind, encrypted }: StateReport): boolean {
  return kind === "unusable" || (kind === "partition" && encrypted !== null && !encrypted.open);
}

/** Wrong passphrases that may follow each other at once, as fingers slip. */
const FREE_TRIES = 3;
const LONGEST_WAIT = 300;

/** Seconds to wait after so many wrong passphrases in a row: 0, then 2, 4, 8 … up to five minutes. */
export function waitAfter(failures: number): number {
  return failures < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT, 2 ** (failures - FREE_TRIES + 1));
}
