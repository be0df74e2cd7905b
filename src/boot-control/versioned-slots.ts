import { compareVersions } from "../bytes/version-order.ts";
import { type LabelPattern, readLabel } from "../bytes/versioned-label.ts";
import type { BootEntry } from "./boot-entries.ts";

/** The part of a partition that the listing needs, as in linux/block.ts. */
export interface LabelledPartition {
  readonly label: string | null;
  /** Lower case. */
  readonly partuuid: string | null;
}

/** A system partition that systemd-sysupdate writes, as its label describes it. */
export interface VersionedSlot<P extends LabelledPartition> {
  readonly partition: P;
  readonly state: "version" | "empty" | "partial" | "pending";
  /** Null for an empty one. */
  readonly version: string | null;
  /** Entries that start exactly this partition, in systemd-boot's order. */
  readonly entries: readonly BootEntry[];
  /** Why it is not offered for a start, as a phrase; null when it is. */
  readonly problem: string | null;
}

/**
 * Slots among partitions of one type, newest version first, then free and unfinished ones. An entry belongs
 * to a slot by the root that its command line names, never by its version: a kernel with another /usr is
 * another system. Partitions with other labels are left out.
 */
export function versionedSlots<P extends LabelledPartition>(
  partitions: readonly P[],
  pattern: LabelPattern,
  entries: readonly BootEntry[],
): VersionedSlot<P>[] {
  const found = partitions.flatMap((partition) => {
    const label = readLabel(pattern, partition.label ?? "");
    if (label === null) return [];
    const version = label.state === "empty" ? null : label.version;
    return [{ partition, state: label.state, version }];
  });
  const slots = found.map((slot): VersionedSlot<P> => {
    const starting = entries.filter((entry) => entry.problem === null && starts(entry, slot.partition));
    const twin = found.some(
      (other) => other !== slot && other.state === "version" && other.version === slot.version,
    );
    return { ...slot, entries: starting, problem: problemOf(slot.state, starting.length, twin) };
  });
  return slots.toSorted(newestFirst);
}

const ORDER = { version: 0, pending: 1, partial: 2, empty: 3 } as const;

function newestFirst(a: VersionedSlot<LabelledPartition>, b: VersionedSlot<LabelledPartition>): number {
  return ORDER[a.state] - ORDER[b.state] || compareVersions(b.version ?? "", a.version ?? "");
}

function starts({ binding }: BootEntry, { label, partuuid }: LabelledPartition): boolean {
  if (binding?.identity == null) return false;
  return binding.identity === `PARTUUID=${partuuid}` || binding.identity === `PARTLABEL=${label}`;
}

function problemOf(
  state: VersionedSlot<LabelledPartition>["state"],
  entries: number,
  twin: boolean,
): string | null {
  if (state === "empty") return "it is free for the next update";
  if (state !== "version") return "an update of it was not finished";
  if (entries === 0) return "no boot entry starts it";
  return twin ? "another partition has the same version" : null;
}
