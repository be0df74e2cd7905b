import type { SlotPlace } from "../boot-control/slot-place.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import type { Booted } from "../domain/status.ts";
import { mountPointOf } from "../linux/mount-table.ts";
import type { BootRecord } from "./boot-record.ts";

/** Everything that may tell which slot runs. */
export interface BootedEvidence {
  readonly record: BootRecord | null;
  readonly bootedByBootloader: string | null;
  /** Slot that the store makes likely. */
  readonly inferred: string | null;
  readonly commandLine: string;
  readonly places: readonly SlotPlace[];
}

/** Whether the record of this boot is about that place, and not about a slot of the same name elsewhere. */
export function recordMatches(record: BootRecord, places: readonly SlotPlace[]): boolean {
  const place = places.find((each) => each.id === record.slot);
  return place !== undefined && place.identity?.toLowerCase() === record.identity?.toLowerCase();
}

function hasRoot(place: SlotPlace): boolean {
  if (place.device === null) return false;
  try {
    return mountPointOf(place.device) === "/";
  } catch {
    return false;
  }
}

/**
 * The slot that runs. Certain by Holdfast's own record of this boot or by the bootloader's word; the root
 * that is mounted or named on the kernel command line is only a guess, since overlays and tests share roots,
 * and so is what the store makes likely.
 */
export function bootedSlot(evidence: BootedEvidence): Booted | null {
  const { record, bootedByBootloader, places } = evidence;
  if (record !== null && recordMatches(record, places)) return { slot: record.slot, certain: true };
  // Not what the bootloader started: a system of another family was entered instead.
  if (record !== null && isSystemKey(record.slot)) return null;
  if (bootedByBootloader !== null) return { slot: bootedByBootloader, certain: true };
  const root = parseCommandLine(evidence.commandLine).get("root")?.toLowerCase();
  const guess = places.find((each) => root !== undefined && each.identity?.toLowerCase() === root);
  const slot = guess ?? places.find(hasRoot);
  const likely = slot?.id ?? evidence.inferred;
  return likely === null ? null : { slot: likely, certain: false };
}
