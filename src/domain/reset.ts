/** What a factory reset removes: settings keep user data, data removes it, all leaves nothing of the owner. */
export const RESET_SCOPES = ["settings", "data", "all"] as const;
export type ResetScope = (typeof RESET_SCOPES)[number];

/**
 * Bytes at the end of the state partition that belong to the record of a reset. Whoever makes a file system
 * there makes it so much smaller, so that the record outlives discard and mkfs.
 */
export const RESET_RESERVED_BYTES = 64 * 1024;

/** What an erasure can honestly promise, from the strongest to the weakest. */
export type ErasureGrade = "keys-destroyed" | "discarded" | "overwritten" | "deleted";

/** Who asked for a reset. */
export const RESET_ORIGINS = [
  "menu",
  "next-boot",
  "bcb",
  "command-line",
  "efi-variable",
  "developer-mode",
] as const;
export type ResetOrigin = (typeof RESET_ORIGINS)[number];

/** Somebody's wish for a reset. One that was carried out never fires again: its id is remembered. */
export interface ResetRequest {
  readonly id: string;
  readonly scope: ResetScope;
  readonly origin: ResetOrigin;
}

/** The partition that a reset is pinned to, from the preview to the last write. */
export interface ResetTarget {
  /** What it is for: the state partition, or the encrypted root of a system that keeps its data there. */
  readonly role: "state" | "root";
  readonly disk: string;
  /** What tells this disk from every other: the GUID of its partition table, and its serial where it has one. */
  readonly diskId: string;
  readonly device: string;
  /** Device number, "major:minor". */
  readonly deviceNumber: string;
  readonly partuuid: string;
  readonly label: string | null;
  /** In bytes from the start of the disk. */
  readonly start: number;
  readonly size: number;
}

/** What goes or stays, with its real size; bytes is null where it cannot be measured. */
export interface ResetLine {
  /** Such as "/home" or "developer changes". */
  readonly name: string;
  readonly bytes: number | null;
  readonly fate: "removed" | "kept";
}

/** What a reset would do, shown before it is confirmed; writes nothing. */
export interface ResetPreview {
  readonly scope: ResetScope;
  readonly target: ResetTarget;
  readonly lines: readonly ResetLine[];
  readonly grade: ErasureGrade;
  /** What stands behind the grade, as a sentence for people. */
  readonly gradeReason: string;
  /** What is worth knowing before confirming, as sentences. */
  readonly warnings: readonly string[];
}

/** How far a reset is. */
export interface ResetProgress {
  /** What is being done, as words for people. */
  readonly step: string;
  readonly done: number;
  readonly of: number;
  /** 0 to 1 within the step; null where it cannot be known. */
  readonly fraction: number | null;
}

/** What a finished reset leaves for the running system. */
export interface ResetReceipt {
  readonly id: string;
  readonly scope: ResetScope;
  readonly origin: ResetOrigin;
  /** ISO 8601, by a clock that may be wrong this early in the boot. */
  readonly time: string;
  readonly seconds: number;
  readonly grade: ErasureGrade;
  readonly gradeReason: string;
  /** How often it was started, the one that finished included. */
  readonly attempts: number;
  readonly outcome: "done" | "failed";
  /** Why it failed; null when it is done. */
  readonly problem: string | null;
}
