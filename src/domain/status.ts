import type { Reason } from "./plan.ts";
import type { Capability, Counting, Slot } from "./slot.ts";

/** Which slot runs now. `certain` only with evidence of the scheme itself, such as kern_guid=. */
export interface Booted {
  readonly slot: string;
  readonly certain: boolean;
}

/** Everything that commands and the menu know about a device at one moment; plain data. */
export interface DeviceStatus {
  readonly scheme: string;
  readonly counting: Counting;
  readonly capabilities: readonly Capability[];
  /** Tries that a slot gets when it is given fresh ones. */
  readonly freshTries: number;
  readonly booted: Booted | null;
  readonly default: string | null;
  readonly once: string | null;
  /** What the next plain start takes; slot null when nothing can boot. */
  readonly next: { readonly slot: string | null; readonly reason: Reason };
  readonly slots: readonly Slot[];
  /** Sentences about damage found while reading, such as a bad second copy of the GPT. */
  readonly problems: readonly string[];
}

/** A device whose slots are not known, with why. */
export function withoutSlots(reason: Reason, problems: readonly string[]): DeviceStatus {
  return {
    scheme: "none",
    counting: "bootloader",
    capabilities: [],
    freshTries: 0,
    booted: null,
    default: null,
    once: null,
    next: { slot: null, reason },
    slots: [],
    problems,
  };
}
