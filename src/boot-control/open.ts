import { CHROMEOS_KERNEL_TYPE } from "../bytes/chromeos-attributes.ts";
import type { Config } from "../config/schema.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Counting } from "../domain/slot.ts";
import { listDisks, resolvePartition, type SysfsOptions } from "../linux/block.ts";
import { diskAt, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import type { BootControl } from "./boot-control.ts";
import { ChromeosGpt, type ChromeosSlot } from "./chromeos-gpt.ts";
import { CounterFile } from "./counter-file.ts";
import { discoverSlots } from "./discover.ts";
import { configuredSlots, discoveredSlots, type PlacedSlot } from "./places.ts";
import type { SlotPlace } from "./slot-place.ts";

export interface OpenOptions extends SysfsOptions {
  readonly config: Config;
  /** Whole disk or image that the command line names; goes before the configuration's. */
  readonly disk: string | null;
  /** Scheme that the command line names; goes before the configuration's. */
  readonly scheme: string | null;
  /** Kernel command line, for kern_guid=. */
  readonly commandLine: string;
  /** Slot that runs now, where the handoff has left word; kern_guid= is looked at here. */
  readonly booted: string | null;
}

export interface OpenedBootControl {
  readonly control: BootControl;
  readonly places: readonly SlotPlace[];
  /** Slot that kern_guid= names: the evidence that firmware chose and counted. */
  readonly bootedByBootloader: string | null;
}

/** A disk's path with its table, or with why the table cannot be read. */
interface FoundDisk {
  readonly path: string;
  readonly table: GptTable | null;
  readonly unreadable: HoldfastError | null;
}

/**
 * Finds the slots and opens the store of their state; reads, and writes nothing. Slots come from the
 * configuration, else from what the disk shows. With configured slots a table that cannot be read does not
 * stop the opening: the places say why, and reading the store throws the reason.
 */
export async function openBootControl(options: OpenOptions): Promise<OpenedBootControl> {
  const asked = askedScheme(options);
  const disk = await findDisk(options, asked);
  const slots = await placeSlots(options, disk);
  const scheme = asked === "auto" ? schemeOf(disk, slots) : asked;
  const guid = parseCommandLine(options.commandLine).get("kern_guid")?.toLowerCase();
  const named = slots.find((slot) => guid !== undefined && slot.store?.partuuid === guid)?.place.id ?? null;
  const places = slots.map((slot) => slot.place);
  const facts = { freshTries: options.config.boot.tries, booted: options.booted ?? named };
  if (scheme === "counter-file") {
    const ids = slots.map((slot) => slot.place.id);
    const control = new CounterFile(options.config.boot.counter_file, { slots: ids, ...facts });
    return { control, places, bootedByBootloader: null };
  }
  if (disk === null) throw noDisk(slots);
  const counting = countingOf(options.config, named);
  const control = new ChromeosGpt(diskAt(disk.path), { slots: slots.map(storeOf), counting, ...facts });
  return { control, places, bootedByBootloader: named };
}

type AskedScheme = Config["boot"]["scheme"];

function askedScheme({ scheme, config }: OpenOptions): AskedScheme {
  const asked = scheme ?? config.boot.scheme;
  if (asked === "auto" || asked === "chromeos-gpt" || asked === "counter-file") return asked;
  throw new HoldfastError("usage", `there is no scheme "${asked}"; there are chromeos-gpt and counter-file`);
}

async function findDisk(options: OpenOptions, scheme: AskedScheme): Promise<FoundDisk | null> {
  const named = options.disk ?? options.config.boot.disk;
  if (named !== undefined) return readDisk(named);
  if (options.config.slot.length === 0) return searchDisks(options);
  // The file does not lie on a disk that has to be found: its slots' roots are looked up one by one.
  if (scheme === "counter-file") return null;
  return diskOfSlots(options);
}

async function readDisk(path: string): Promise<FoundDisk> {
  try {
    return { path, table: await withDisk(diskAt(path), "read", readGptTable), unreadable: null };
  } catch (error) {
    if (error instanceof HoldfastError) return { path, table: null, unreadable: error };
    throw error;
  }
}

/** The disk of the first slot that is there; null when none is, or when it is no partition. */
async function diskOfSlots(options: OpenOptions): Promise<FoundDisk | null> {
  for (const slot of options.config.slot) {
    try {
      const partition = await resolvePartition(slot.store ?? slot.root, options);
      if (partition.number !== null) return await readDisk(partition.disk);
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
  return null;
}

/** With nothing configured: the one disk of the machine that has ChromeOS kernels. */
async function searchDisks(options: OpenOptions): Promise<FoundDisk> {
  const disks = await Promise.all((await listDisks(options)).map(readDisk));
  const found = disks.filter((disk) => discoverSlots(disk.table?.truth.entries ?? []).length > 0);
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  const names = found.map((disk) => disk.path).join(" and ");
  const what = first === undefined ? "no disk of this machine shows slots" : `${names} both show slots`;
  throw new HoldfastError("noDevice", what, {
    next: "name the disk with --disk or in the configuration, as [boot] disk",
  });
}

async function placeSlots(options: OpenOptions, disk: FoundDisk | null): Promise<PlacedSlot[]> {
  const { config, sysfs } = options;
  if (config.slot.length === 0) {
    if (disk?.table == null) throw disk?.unreadable ?? noDisk([]);
    return discoveredSlots(disk.table, options);
  }
  const unreadable = options.disk === null ? null : (disk?.unreadable ?? null);
  return configuredSlots(config, { sysfs, table: disk?.table ?? null, unreadable });
}

/** "auto": the disk's own evidence, never a guess that would write into attributes of another meaning. */
function schemeOf(disk: FoundDisk | null, slots: readonly PlacedSlot[]): "chromeos-gpt" | "counter-file" {
  if (disk === null) return "counter-file";
  if (disk.table === null) return "chromeos-gpt";
  const kernels = disk.table.truth.entries.filter((entry) => entry.type === CHROMEOS_KERNEL_TYPE);
  const isKernel = ({ store }: PlacedSlot) => kernels.some((kernel) => kernel.guid === store?.partuuid);
  return slots.some(isKernel) ? "chromeos-gpt" : "counter-file";
}

function countingOf(config: Config, named: string | null): Counting {
  if (config.boot.counting !== "auto") return config.boot.counting;
  return named === null ? "holdfast" : "bootloader";
}

function storeOf({ place, store, storeProblem }: PlacedSlot): ChromeosSlot {
  const lost = store === null || store.partuuid !== null ? null : `slot ${place.id}: no PARTUUID was found`;
  return { id: place.id, guid: store?.partuuid ?? null, problem: storeProblem ?? lost };
}

function noDisk(slots: readonly PlacedSlot[]): HoldfastError {
  const what = slots.find((slot) => slot.storeProblem !== null)?.storeProblem ?? "no disk was found";
  return new HoldfastError("noDevice", what, {
    next: "name the disk with --disk or in the configuration, as [boot] disk",
  });
}
