import type { GptEntry } from "../bytes/gpt-entries.ts";
import { NO_UPDATE, type VirtualAb } from "../bytes/virtual-ab.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import { activeSlot } from "./abl.ts";
import {
  type AndroidPair,
  astray,
  isWhole,
  pairsOf,
  SUFFIXES,
  slotsOf,
  twiceNamed,
  type WholePair,
} from "./android-pairs.ts";
import { readUpdate } from "./android-update.ts";

/** What one disk showed. */
interface Look {
  readonly table: GptTable;
  /** Whether boot_a and boot_b begin with nothing but 0x00 or 0xff; false where a disk has no such partition. */
  readonly blank: readonly [boolean, boolean];
  /** What a misc partition on this disk says of an update. */
  readonly update: VirtualAb;
}

/** What all disks showed together. */
export interface AndroidView {
  readonly entries: readonly GptEntry[];
  readonly pairs: readonly AndroidPair[];
  readonly boot: WholePair;
  /** Index of the disk that holds boot_a and boot_b. */
  readonly bootDisk: number;
  readonly blank: readonly [boolean, boolean];
  readonly update: VirtualAb;
  readonly problems: readonly string[];
}

/** Reads all disks; one that cannot be read is a problem, as long as another one holds boot_a and boot_b. */
export async function viewDisks(disks: readonly DiskOpener[]): Promise<AndroidView> {
  const looks: (Look | null)[] = [];
  const problems: string[] = [];
  for (const opener of disks) {
    try {
      looks.push(await withDisk(opener, "read", look));
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      looks.push(null);
      problems.push(messageOf(error));
    }
  }
  return viewOf(looks, problems);
}

/** The slot that the store itself calls active: a hint where the bootloader left no word, never certain. */
export function inferredSlot(entries: readonly GptEntry[]): (typeof SUFFIXES)[number] | null {
  const boot = bootPair(entries);
  const index = boot === null ? null : activeSlot(slotsOf(boot));
  return index === null ? null : SUFFIXES[index];
}

const PROBE_BYTES = 4096;

async function look(disk: Disk): Promise<Look> {
  const table = await readGptTable(disk);
  const boot = bootPair(table.truth.entries);
  const update = await updateOn(disk, table);
  if (boot === null) return { table, update, blank: [false, false] };
  const [a, b] = boot.twins;
  return { table, update, blank: [await isBlank(disk, a, table), await isBlank(disk, b, table)] };
}

async function updateOn(disk: Disk, { truth, geometry }: GptTable): Promise<VirtualAb> {
  const misc = truth.entries.find((entry) => entry.name === "misc");
  if (misc === undefined) return NO_UPDATE;
  const bytes = (lbas: number) => lbas * geometry.sectorSize;
  return readUpdate(disk, { base: bytes(misc.firstLba), size: bytes(misc.lastLba - misc.firstLba + 1) });
}

async function isBlank(disk: Disk, entry: GptEntry, { geometry }: GptTable): Promise<boolean> {
  const size = (entry.lastLba - entry.firstLba + 1) * geometry.sectorSize;
  const bytes = await disk.read(entry.firstLba * geometry.sectorSize, Math.min(size, PROBE_BYTES));
  return [0x00, 0xff].some((filler) => bytes.every((byte) => byte === filler));
}

/** One view of all tables; throws `badStore` or `noDevice` when it is not clear where the slot state is. */
function viewOf(looks: readonly (Look | null)[], unreadable: readonly string[]): AndroidView {
  const entries = looks.flatMap((each) => each?.table.truth.entries ?? []);
  const [twice] = twiceNamed(entries).filter((name) => name.startsWith("boot_"));
  if (twice !== undefined) {
    throw new HoldfastError(
      "badStore",
      `two partitions are called ${twice}, nobody can say which one counts`,
    );
  }
  const bootDisk = looks.findIndex((each) => bootPair(each?.table.truth.entries ?? []) !== null);
  const found = looks[bootDisk];
  const boot = bootPair(found?.table.truth.entries ?? []);
  if (boot === null || found == null) {
    if (unreadable.length > 0) throw new HoldfastError("badStore", unreadable.join("; "));
    throw noBoot(looks.map((each) => each?.table.geometry.name).join(" and "));
  }
  const pairs = pairsOf(entries);
  const crossed = astray(pairs).map(
    (name) => `partition pair ${name} has its type GUIDs the other way round`,
  );
  const tables = looks.flatMap((each) => each?.table.problems ?? []);
  return {
    entries,
    pairs,
    boot,
    bootDisk,
    blank: found.blank,
    update: looks.find((each) => each !== null && each.update.status !== "none")?.update ?? NO_UPDATE,
    problems: [...unreadable, ...tables, ...crossed],
  };
}

/** The pair boot_a and boot_b; null where one of them is missing. */
export function bootPair(entries: readonly GptEntry[]): WholePair | null {
  return (
    pairsOf(entries)
      .filter(isWhole)
      .find((pair) => pair.name === "boot") ?? null
  );
}

/** The error for disks without boot_a and boot_b. */
export function noBoot(where: string): HoldfastError {
  return new HoldfastError("noDevice", `${where}: there are no partitions boot_a and boot_b`, {
    next: "name all disks of the device, on UFS every LUN",
  });
}
