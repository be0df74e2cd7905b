import type { Config } from "../config/schema.ts";
import type { SchemeName } from "../domain/scheme.ts";
import type { SysfsOptions } from "../linux/block.ts";
import type { BootControl } from "./boot-control.ts";
import type { DiscoveredSlot } from "./discover.ts";
import type { DiskEvidence, Evidence } from "./evidence.ts";
import type { PlacedSlot } from "./places.ts";
import type { SlotPlace } from "./slot-place.ts";

/**
 * How far a finding can be trusted: `certain` is the bootloader's own word in this boot, `strong` a store
 * that is there and valid, `weak` names that look like it; on a weak one nothing is written.
 */
export type Confidence = "certain" | "strong" | "weak";

/** What discovery saw of one scheme; plain data, for the decision and for people. */
export interface Finding {
  readonly scheme: SchemeName;
  readonly confidence: Confidence;
  /** What was seen and where, as a phrase. */
  readonly found: string;
  /** What was concluded from it, as a phrase. */
  readonly inferred: string;
  /** Path of the disk that carries the slots; null when no single disk does. */
  readonly disk: string | null;
  /** Schemes whose store this one itself uses, so that seeing both is no contradiction. */
  readonly covers: readonly SchemeName[];
  /** What only a person can say about the slots that were found, whatever keeps their state. */
  readonly question?: string | null;
}

/** Everything that a scheme is opened with. */
export interface OpenContext extends SysfsOptions {
  readonly config: Config;
  readonly evidence: Evidence;
  /** The disk that was named, that the slots lie on, or that discovery found. */
  readonly disk: DiskEvidence | null;
  readonly slots: readonly PlacedSlot[];
  /** Slot that runs now, where the handoff has left word. */
  readonly booted: string | null;
  /** Whether a person named the scheme, on the command line or in the configuration. */
  readonly isNamed: boolean;
  /** Sysroot of the machine, in which stores in files are looked up; null for an image of some other one. */
  readonly machine: string | null;
  /** Every whole disk of the machine, or only the one that was named. */
  allDisks(): Promise<readonly DiskEvidence[]>;
}

export interface OpenedScheme {
  readonly control: BootControl;
  /** Slot that the bootloader says it chose and counted; null when it left no word. */
  readonly bootedByBootloader: string | null;
  /** Slot that the store makes likely to run now, where the bootloader left no word. */
  readonly inferred?: string | null;
  /** False where the store was read and knows none of the configured slots: then it is not theirs. */
  readonly knowsSlots?: boolean;
  /** Disks whose tables hold the state, where those are others than the slots' own. */
  readonly disks?: readonly string[];
  /** Slots that the store itself names, where none are configured. */
  readonly places?: readonly SlotPlace[];
  /** What is worth knowing about the rest of the disk, as sentences without a full stop. */
  readonly notes?: readonly string[];
}

/** One row of the table of schemes. */
export interface Scheme {
  readonly name: SchemeName;
  /** Whether the bootloader never starts a slot of priority 0, whatever else is written about it. */
  readonly zeroNeverBoots: boolean;
  /** Whether slot state lies in a partition table or partition, so that a disk has to be found first. */
  readonly needsDisk: boolean;
  /** Whether the store itself says which slots there are, when none are configured. */
  readonly findsSlots?: boolean;
  /** Pure: what speaks for this scheme; several findings when several disks do. */
  detect(evidence: Evidence): readonly Finding[];
  /** Pure: slots of a disk that nobody has configured. */
  discover(disk: DiskEvidence): readonly DiscoveredSlot[];
  /** Pure: whether these configured slots can have their state here; only asked with scheme "auto". */
  fits(slots: readonly PlacedSlot[], disk: DiskEvidence | null): boolean;
  /** Opens the store; reads, and writes nothing. */
  open(context: OpenContext): Promise<OpenedScheme>;
}
