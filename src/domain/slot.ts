/** State of a slot as a person is told it. `unknown` (could not be read) is never treated as bad. */
export type Health = "good" | "trying" | "bad" | "empty" | "unknown";

/** What a boot-control store says about one slot. A value that the scheme does not have is null. */
export interface SlotState {
  readonly id: string;
  readonly health: Health;
  /** Higher boots first; 0 never boots where the scheme says so. */
  readonly priority: number | null;
  readonly triesLeft: number | null;
  readonly triesDone: number | null;
  /** Confirmed by the running system. */
  readonly successful: boolean | null;
}

/** How a slot can be entered: under the running kernel, by its own kernel from here, or through the bootloader. */
export type Entry = "switch-root" | "kexec" | "reboot";

export interface OsRelease {
  readonly name: string;
  readonly version: string | null;
}

/** A slot with what its root says about itself. */
export interface Slot extends SlotState {
  /** The name a person knows it by, such as "System A". */
  readonly label: string;
  readonly entry: Entry | null;
  /** Why it can only be entered that way, for people; null for `switch-root`. */
  readonly entryReason: string | null;
  /** Content identity of the root, such as "PARTUUID=…". Never a kernel device name. */
  readonly identity: string | null;
  /** Device node that the identity resolves to now. */
  readonly device: string | null;
  readonly os: OsRelease | null;
}

/**
 * What a scheme can write. What it cannot is refused with exit code 4, never emulated.
 * `selectViaBootloader`: marks from which the bootloader itself makes the switch at the next start.
 */
export type Capability =
  | "triesLeft"
  | "triesDone"
  | "select"
  | "selectViaBootloader"
  | "once"
  | "markGood"
  | "markBad"
  | "setTries";

export type Counting = "bootloader" | "holdfast";

/**
 * One write to a boot-control store. `take-try` is what is written down before a slot is entered. A select
 * with `via: "bootloader"` leaves the switch itself to the bootloader, on devices where only that can make
 * it whole; its price is the scheme's to say.
 */
export type Change =
  | { readonly kind: "select"; readonly slot: string; readonly once: boolean; readonly via?: "bootloader" }
  | { readonly kind: "mark-good"; readonly slot: string }
  | { readonly kind: "mark-bad"; readonly slot: string }
  | { readonly kind: "set-tries"; readonly slot: string; readonly tries: number }
  | { readonly kind: "take-try"; readonly slot: string };
