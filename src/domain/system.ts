import { HoldfastError } from "./errors.ts";
import type { Entry, Health } from "./slot.ts";

/** How a family of systems keeps more than one of them. */
export type SystemKind =
  | "partitions"
  | "ostree"
  | "btrfs-snapshot"
  | "nixos"
  | "guix"
  | "abroot"
  | "alpine"
  | "steamos";

/**
 * One system that a device keeps, whatever its family. What could not be read is null or an empty list; nothing
 * is guessed: no dates of 1970, no version out of a file name.
 */
export interface System {
  readonly kind: SystemKind;
  /** Content identity: a commit, a snapshot, a store path. Stays right when numbers and links move. */
  readonly id: string;
  readonly title: string | null;
  readonly version: string | null;
  /** When it was made, as ISO 8601 in UTC. */
  readonly date: string | null;
  readonly kernel: SystemKernel;
  readonly health: SystemHealth;
  readonly flags: SystemFlags;
  readonly once: Once;
  readonly always: Always;
  /** What a person should know before choosing it, as sentences. */
  readonly warnings: readonly string[];
}

export interface SystemKernel {
  /** Releases that it has modules for. */
  readonly releases: readonly string[];
  /** Whether the running kernel is one of them; null where it has none, or they could not be read. */
  readonly isRunning: boolean | null;
}

export interface SystemHealth {
  readonly state: Health;
  readonly triesLeft: number | null;
  readonly triesDone: number | null;
  /** What speaks for the state, as sentences. */
  readonly evidence: readonly string[];
}

export interface SystemFlags {
  /** Whether the next plain start takes it. */
  readonly default: boolean | null;
  readonly lastRun: boolean | null;
  /** Kept by a person's wish; null where the family has no such wish. */
  readonly pinned: boolean | null;
  /** Waits for the shutdown of the running system to become the default. */
  readonly staged: boolean;
  /** Not whole: parts are missing, or its making was not finished. */
  readonly incomplete: boolean;
  /** Ids of systems with the very same content. */
  readonly identicalTo: readonly string[];
}

/** How it can be entered for this one time; a null `entry` is not at all, and `reason` says why not better. */
export interface Once {
  readonly entry: Entry | null;
  readonly reason: string | null;
}

/** What makes it the default: a command of the running system. Null where there is none, with the reason. */
export interface Always {
  readonly command: string | null;
  readonly reason: string | null;
}

/** What is asked of a system from outside. */
export interface Running {
  /** Release of the running kernel. */
  readonly kernel: string;
  /** Id of the system that ran last; null when nobody knows. */
  readonly lastRun: string | null;
  /** Kernel command line, for the bootloader's own choice; not known when missing. */
  readonly commandLine?: string;
  /** Whether Alpine's own init goes on after Holdfast in this initramfs; not when missing. */
  readonly isAlpine?: boolean;
  /** Root of the system that asks: its /run tells what waits for its shutdown. Nothing waits when missing. */
  readonly root?: string;
}

/** The answer of a family whose default only the running system can change safely. */
export function refuseAlways({ id, always }: System): never {
  const { command, reason } = always;
  const why = reason ?? "Only the running system can make it the default.";
  if (command === null) throw new HoldfastError("refused", `${id}: ${why}`);
  throw new HoldfastError("refused", `${id}: ${why}`, { next: `start it, then run there: ${command}` });
}

/** Throws when a system cannot be entered the way that is asked for. */
export function needEntry({ id, once }: System, entry: Entry): void {
  if (once.entry === entry) return;
  throw new HoldfastError("slotFailed", `${id}: ${once.reason ?? `It is entered by ${once.entry}.`}`);
}

/** Whether a system is the one that ran last; null when nobody knows which that was. */
export function ranLast(id: string, { lastRun }: Running): boolean | null {
  return lastRun === null ? null : lastRun === id;
}

/** An ISO date from seconds since 1970; null for none. */
export function isoDate(seconds: number | null): string | null {
  return seconds === null ? null : new Date(seconds * 1000).toISOString().replace(/\.\d+/, "");
}
