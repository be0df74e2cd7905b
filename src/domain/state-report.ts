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
  readonly encrypted: {
    readonly open: boolean;
    /** Whether it waits for a passphrase. */
    readonly locked: boolean;
    readonly problem: string | null;
  } | null;
  /** What is wrong, as a sentence; null when it is well. */
  readonly problem: string | null;
}

/** What a person can do about a state partition that is broken or locked. */
export type StateChange =
  /** Lets the file system's own checker repair it. */
  | { readonly kind: "repair" }
  /** Goes on with a state in memory, for this boot only. */
  | { readonly kind: "temporary" }
  | { readonly kind: "unlock"; readonly passphrase: string };
