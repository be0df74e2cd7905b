import type { Config } from "../config/schema.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { SLOT_WORD } from "../domain/own-kernel.ts";
import { attachNested, listDisks, resolvePartition, type SysfsOptions } from "../linux/block.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import { splitNested } from "../linux/nested-name.ts";
import type { BootControl } from "./boot-control.ts";
import { type Discovery, decideScheme } from "./decide-scheme.ts";
import { type DiskEvidence, type Evidence, entriesOf, gatherEvidence } from "./evidence.ts";
import { mayHaveTyped } from "./image-partitions.ts";
import { configuredSlots, discoveredSlots, noDisk, type PlacedSlot } from "./places.ts";
import { SCHEMES, schemeNamed } from "./registry.ts";
import type { OpenContext, OpenedScheme, Scheme } from "./scheme.ts";
import { withSignatures } from "./signature-places.ts";
import type { SlotPlace } from "./slot-place.ts";
import type { LookInside, Looking } from "./typed-content.ts";

export interface OpenOptions extends SysfsOptions {
  readonly config: Config;
  /** Whole disk or image that the command line names; goes before the configuration's. */
  readonly disk: string | null;
  /** Scheme that the command line names; goes before the configuration's. */
  readonly scheme: string | null;
  /** Kernel command line, for the bootloader's word. */
  readonly commandLine: string;
  /** Slot that runs now, where the handoff has left word; the bootloader's word is looked at here. */
  readonly booted: string | null;
  /** Sysroot of the machine that the disks belong to; null or missing for an image of some other machine. */
  readonly machine?: string | null;
  /**
   * Whether a disk inside a partition is put under a loop device, so that its partitions can be opened: the
   * one thing that changes the machine here, for the boot path.
   */
  readonly attach?: boolean;
  /** Looks into systems that only the type of their partition tells; null or missing where nobody can. */
  readonly look?: LookInside | null;
  /** Whether such systems count; true when missing. */
  readonly byType?: boolean;
}

export interface OpenedBootControl {
  readonly control: BootControl;
  readonly places: readonly SlotPlace[];
  /** Slot that the bootloader's own word names: the evidence that it chose and counted. */
  readonly bootedByBootloader: string | null;
  /** Slot that the store makes likely to run now: a guess. */
  readonly inferred: string | null;
  /** What was found, whether or not it was needed; its question makes the device read-only. */
  readonly discovery: Discovery;
  /** Disks whose partition table the slots depend on. */
  readonly disks: readonly string[];
  /** The table of the disk that was chosen; null where none was, or where it cannot be read. */
  readonly table: GptTable | null;
  /** What is worth knowing about the rest of the disk. */
  readonly notes: readonly string[];
}

/**
 * Finds the slots and opens the store of their state; reads, and writes nothing. Slots come from the
 * configuration, else from what the disk shows. With configured slots a table that cannot be read does not
 * stop the opening: the places say why, and reading the store throws the reason.
 */
export async function openBootControl(options: OpenOptions): Promise<OpenedBootControl> {
  const name = options.scheme ?? options.config.boot.scheme;
  const asked = name === "auto" ? null : schemeNamed(name);
  const paths = await diskPaths(options, asked);
  const { config, booted, commandLine, machine = null } = options;
  const nested = config.slot.length === 0;
  const gather = (disks: readonly string[]) =>
    gatherEvidence({ commandLine, disks, machine, nested, config: asked === null ? config : null });
  // Configured slots that no bootloader knows of are for Holdfast to keep, which no evidence has to say.
  const schemes = nested ? SCHEMES : SCHEMES.filter((scheme) => scheme.name !== OWN);
  const detect = (all: Evidence) => schemes.flatMap((scheme) => scheme.detect(all));
  const plain = await gather(paths);
  const seen = detect(plain);
  const mayBeTyped = nested && options.byType !== false && seen.length === 0;
  const evidence = mayBeTyped ? await typedEvidence(plain, { machine, look: options.look ?? null }) : plain;
  const findings = mayBeTyped ? detect(evidence) : seen;
  const found = decideScheme(findings);
  const disk = diskOf(found, evidence, asked ?? rowOf(found), options);
  const notes = options.attach === true ? await attach(disk, options) : [];
  const slots = await placeSlots(options, disk, asked ?? rowOf(found));
  const named = options.disk ?? config.boot.disk;
  const allDisks = async () =>
    named === undefined ? (await gather(listDisks(options))).disks : evidence.disks;
  const started = startedSlot(commandLine, slots);
  const context = {
    ...{ config, evidence, disk, slots, machine, sysfs: options.sysfs, allDisks },
    booted: booted ?? started,
    isNamed: asked !== null,
  };
  const { opened, discovery } = await openAs(asked, fitting(found, slots, disk), context);
  const own = findings.find((each) => each.scheme === asked?.name && each.disk === disk?.path);
  const places = slots.map((slot) => slot.place);
  const table = disk?.table ?? null;
  return {
    inferred: null,
    table,
    disks: table === null || disk === null ? [] : [disk.path],
    ...opened,
    places: await withSignatures(opened.places ?? places, { config, table, sysfs: options.sysfs }),
    notes: [...notes, ...(opened.notes ?? [])],
    bootedByBootloader: started ?? opened.bootedByBootloader,
    discovery: { ...discovery, question: discovery.question ?? own?.question ?? null },
  };
}

/** The evidence with systems that only the type of their partition tells; most disks have no such partition. */
async function typedEvidence(evidence: Evidence, looking: Looking): Promise<Evidence> {
  if (!evidence.disks.some((disk) => mayHaveTyped(entriesOf(disk)))) return evidence;
  const { withTyped } = await import("./typed-content.ts");
  return withTyped(evidence, looking);
}

/** The scheme of slots that no bootloader knows of. */
const OWN = "counter-file";

/** The slot that Holdfast started with its own kernel, after it had chosen it and counted its try. */
function startedSlot(commandLine: string, slots: readonly PlacedSlot[]): string | null {
  const word = parseCommandLine(commandLine).get(SLOT_WORD);
  return slots.find(({ place }) => place.id === word)?.place.id ?? null;
}

/** Makes the partitions of a disk inside a partition reachable; where that fails, why, as a sentence. */
async function attach(disk: DiskEvidence | null, options: OpenOptions): Promise<string[]> {
  if (disk?.table == null || splitNested(disk.path) === null) return [];
  try {
    await attachNested(disk.table, options);
    return [];
  } catch (error) {
    if (error instanceof HoldfastError) return [messageOf(error)];
    throw error;
  }
}

/** Opens the scheme that was asked for, or what discovery found, best first, until one knows the slots. */
async function openAs(
  asked: Scheme | null,
  discovery: Discovery,
  context: OpenContext,
): Promise<{ opened: OpenedScheme; discovery: Discovery }> {
  if (asked !== null)
    return { opened: await asked.open(context), discovery: { ...discovery, question: null } };
  const scheme = rowOf(discovery) ?? fallback(context.disk);
  const opened = await scheme.open(context);
  if (opened.knowsSlots !== false) return { opened, discovery };
  const others = discovery.findings.filter((finding) => finding.scheme !== scheme.name);
  return openAs(null, decideScheme(others), context);
}

/** The disks worth reading: the named one, that of the configured slots, or with nothing configured all. */
async function diskPaths(options: OpenOptions, asked: Scheme | null): Promise<readonly string[]> {
  const named = options.disk ?? options.config.boot.disk;
  if (named !== undefined) return [named];
  if (options.config.slot.length === 0) return listDisks(options);
  // Where state lies in a file, the slots' roots are looked up one by one.
  if (asked !== null && !asked.needsDisk) return [];
  const disk = await diskOfSlots(options);
  return disk === null ? [] : [disk];
}

/** The disk of the first slot that is there; null when none is, or when it is no partition. */
async function diskOfSlots(options: OpenOptions): Promise<string | null> {
  for (const slot of options.config.slot) {
    try {
      const partition = await resolvePartition(slot.store ?? slot.root, options);
      if (partition.number !== null) return partition.disk;
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
  return null;
}

function rowOf({ chosen }: Discovery): Scheme | null {
  return chosen === null ? null : schemeNamed(chosen.scheme);
}

/** The disk that discovery chose, the only one that was looked at, or the only one that shows slots. */
function diskOf(
  { chosen }: Discovery,
  { disks }: Evidence,
  scheme: Scheme | null,
  options: OpenOptions,
): DiskEvidence | null {
  const only = disks.length === 1 ? disks[0] : undefined;
  const named = (options.disk ?? options.config.boot.disk) !== undefined;
  if (only !== undefined && named) return only;
  if (options.config.slot.length > 0) return only ?? null;
  const showing = disks.filter((disk) => (scheme?.discover(disk) ?? []).length > 0);
  const best = disks.find((disk) => disk.path === chosen?.disk && chosen.scheme === scheme?.name);
  if (best === undefined && showing.length > 1) throw severalDisks(showing);
  return best ?? showing[0] ?? (named ? (disks[0] ?? null) : null);
}

async function placeSlots(
  options: OpenOptions,
  disk: DiskEvidence | null,
  scheme: Scheme | null,
): Promise<PlacedSlot[]> {
  const { config, sysfs } = options;
  if (config.slot.length > 0) {
    const unreadable = options.disk === null ? null : (disk?.unreadable ?? null);
    return configuredSlots(config, { sysfs, table: disk?.table ?? null, unreadable });
  }
  if (scheme?.findsSlots === true) return [];
  if (disk === null) throw nothingFound();
  if (disk.table === null) throw disk.unreadable ?? noDisk([]);
  return discoveredSlots(disk.table, scheme?.discover(disk) ?? [], options);
}

/** Leaves out what the configured slots have nothing to do with. */
function fitting(found: Discovery, slots: readonly PlacedSlot[], disk: DiskEvidence | null): Discovery {
  return decideScheme(found.findings.filter(({ scheme }) => schemeNamed(scheme).fits(slots, disk)));
}

/**
 * With configured slots and no bootloader that knows of them, Holdfast keeps their state itself; but a table
 * that cannot be read may hold it, and then reading the store says why it cannot be.
 */
function fallback(disk: DiskEvidence | null): Scheme {
  return schemeNamed(disk !== null && disk.table === null ? "chromeos-gpt" : OWN);
}

function severalDisks(disks: readonly DiskEvidence[]): HoldfastError {
  const names = disks.map((disk) => disk.path).join(" and ");
  return new HoldfastError("noDevice", `${names} both show slots`, {
    next: "name the disk with --disk or in the configuration, as [boot] disk",
  });
}

function nothingFound(): HoldfastError {
  return new HoldfastError("noDevice", "no disk of this machine shows slots", {
    next: "name the disk with --disk or in the configuration, as [boot] disk",
  });
}
