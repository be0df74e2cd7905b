import { join } from "node:path";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { hasSignature } from "../bytes/gpt-header.ts";
import type { Config } from "../config/schema.ts";
import { parseBootconfig } from "../domain/bootconfig.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Disk, diskAt, withDisk } from "../linux/disk.ts";
import { EFIVARS } from "../linux/efivars-folder.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import { readText } from "../linux/kernel.ts";
import { nestedName } from "../linux/nested-name.ts";
import type { BootEntry } from "./boot-entries.ts";
import { mayHaveImages } from "./image-partitions.ts";
import type { LoaderFacts } from "./loader-facts.ts";
import {
  type GrubEvidence,
  grubenvOf,
  isThere,
  type RaucEvidence,
  raucOf,
  ubootEnvOf,
  type VariableEvidence,
} from "./store-evidence.ts";
import type { TypedImages } from "./typed-images.ts";

/** A disk's path with its table, or with why the table cannot be read. */
export interface DiskEvidence {
  /** Of the device or image; "/dev/vda#3" for the disk inside partition 3 of /dev/vda. */
  readonly path: string;
  /** The file that its bytes are in, and the byte where they begin. */
  readonly place: { readonly file: string; readonly start: number };
  readonly table: GptTable | null;
  readonly unreadable: HoldfastError | null;
  /** Systems that only the type of their partition tells; null where there are none. */
  readonly typed: TypedImages | null;
}

/** Boot entries on a disk that also has system images; only looked for where no loader says that it started us. */
export interface EntryEvidence {
  readonly disk: string;
  readonly entries: readonly BootEntry[];
}

/** What a device shows about its bootloader, gathered at the edge; plain data for pure decisions. */
export interface Evidence {
  /** The kernel command line, and its words. */
  readonly commandLine: string;
  readonly words: ReadonlyMap<string, string>;
  /** Keys of /proc/bootconfig. */
  readonly bootconfig: ReadonlyMap<string, string>;
  /** What the device tree says the board is compatible with, such as "qcom,sdm845". */
  readonly compatible: readonly string[];
  readonly disks: readonly DiskEvidence[];
  /** Disks whose misc partition holds slot state, with the format that its magic names. */
  readonly misc: readonly MiscEvidence[];
  /** U-Boot's environment, where fw_env.config says it is; null without that file. */
  readonly ubootEnv: VariableEvidence | null;
  /** GRUB's environment block; null without that file. */
  readonly grubenv: GrubEvidence | null;
  /** RAUC's configuration; null without that file, or when it cannot be understood. */
  readonly rauc: RaucEvidence | null;
  readonly bootEntries: readonly EntryEvidence[];
  /** What a boot loader left in EFI variables; null where there are none. */
  readonly loader: LoaderFacts | null;
}

export interface MiscEvidence {
  readonly disk: string;
  readonly scheme: "android-misc" | "avb-ab";
}

export interface EvidenceSource {
  readonly commandLine: string;
  /** Paths of the disks and images to look at. */
  readonly disks: readonly string[];
  /** Sysroot of the machine that the disks belong to; null for an image of some other machine. */
  readonly machine: string | null;
  /** Whether to look for disks inside partitions, too. */
  readonly nested: boolean;
  /** Says where stores in files lie; null when they need not be looked at, as the scheme is named. */
  readonly config: Config | null;
}

/** Looks at everything that tells of a bootloader; reads only, and what cannot be read is no evidence. */
export async function gatherEvidence(source: EvidenceSource): Promise<Evidence> {
  const { commandLine, disks, machine, config } = source;
  const found: DiskEvidence[] = [];
  for (const path of disks) found.push(await readDisk(path));
  if (source.nested) found.push(...(await nestedIn(found)));
  const loader = machine === null ? null : await loaderOf(machine);
  const read = (path: string) => (machine === null ? "" : readText(join(machine, path)));
  return {
    commandLine,
    words: parseCommandLine(commandLine),
    bootconfig: parseBootconfig(read("proc/bootconfig")),
    compatible: read("proc/device-tree/compatible").split("\0").filter(Boolean),
    disks: found,
    misc: config === null ? [] : await miscOf(found, config),
    ubootEnv: await ubootEnvOf(source),
    grubenv: await grubenvOf(source),
    rauc: await raucOf(source),
    bootEntries: config === null || isSystemdBoot(loader) ? [] : await bootEntriesOf(found),
    loader,
  };
}

/*
 * What reads a store is loaded only where there is one: on most devices there is none, and gate has to be
 * quick.
 */

async function miscOf(disks: readonly DiskEvidence[], config: Config): Promise<MiscEvidence[]> {
  const holders = disks.filter((disk) => entriesOf(disk).some((entry) => entry.name === "misc"));
  if (holders.length === 0) return [];
  const { probeMisc } = await import("./open-misc.ts");
  const probed = holders.map(async (holder): Promise<MiscEvidence[]> => {
    const { path, table } = holder;
    const entry = entriesOf(holder).find((each) => each.name === "misc");
    const start = (entry?.firstLba ?? 0) * (table?.geometry.sectorSize ?? 0);
    const scheme = await probeMisc(diskAt(path), start + config["android-misc"].offset);
    return scheme === null ? [] : [{ disk: path, scheme }];
  });
  return (await Promise.all(probed)).flat();
}

/** Whether systemd-boot says that it started this system. */
export function isSystemdBoot(loader: LoaderFacts | null): boolean {
  return loader?.info?.startsWith("systemd-boot") === true;
}

/** Disks that partitions of these disks hold: a GPT of their own, as on Android phones. */
async function nestedIn(disks: readonly DiskEvidence[]): Promise<DiskEvidence[]> {
  const nested: DiskEvidence[] = [];
  for (const { path, place, table } of disks) {
    if (table === null) continue;
    const { sectorSize } = table.geometry;
    const holders = await withDisk(diskAt(path), "read", (disk) => holdersOfGpt(disk, table));
    for (const { number, firstLba } of holders) {
      const start = place.start + firstLba * sectorSize;
      nested.push(await readDisk(nestedName(path, number), { file: place.file, start }));
    }
  }
  // What only looks like a table is none: a copy of a header in a file, say.
  return nested.filter(({ table }) => table !== null);
}

/** The partitions that begin as a disk with a GPT does, for sectors of 512 and of 4096 bytes. */
async function holdersOfGpt(disk: Disk, { truth, geometry }: GptTable): Promise<GptEntry[]> {
  const holders: GptEntry[] = [];
  for (const entry of truth.entries) {
    const start = entry.firstLba * geometry.sectorSize;
    if ((entry.lastLba + 1) * geometry.sectorSize - start < START_OF_DISK) continue;
    const bytes = await readable(disk, start, START_OF_DISK);
    if ([512, 4096].some((size) => hasSignature(bytes.subarray(size)))) holders.push(entry);
  }
  return holders;
}

/** Bytes of a disk; zeros where its medium cannot be read, which is no reason not to look at the rest. */
async function readable(disk: Disk, start: number, length: number): Promise<Buffer> {
  try {
    return await disk.read(start, length);
  } catch (error) {
    if (error instanceof HoldfastError) return Buffer.alloc(length);
    throw error;
  }
}

/** Bytes up to the end of the first header where sectors have 4096 bytes. */
const START_OF_DISK = 8192;

async function bootEntriesOf(disks: readonly DiskEvidence[]): Promise<EntryEvidence[]> {
  const likely = disks.filter((disk) => mayHaveImages(entriesOf(disk)));
  if (likely.length === 0) return [];
  const { unmountedEntries } = await import("./unmounted-entries.ts");
  const read = async (disk: DiskEvidence) => ({ disk: disk.path, entries: await unmountedEntries(disk) });
  return Promise.all(likely.map(read));
}

async function loaderOf(machine: string): Promise<LoaderFacts | null> {
  if (!isThere(join(machine, "sys/firmware/efi/efivars"))) return null;
  const { EfiVariables } = await import("../linux/efivars.ts");
  const { readLoaderFacts } = await import("./loader-facts.ts");
  return readLoaderFacts(new EfiVariables(join(machine, EFIVARS)));
}

/** Partitions of a disk; none when its table cannot be read. */
export function entriesOf(disk: DiskEvidence): readonly GptEntry[] {
  return disk.table?.truth.entries ?? [];
}

async function readDisk(path: string, place = { file: path, start: 0 }): Promise<DiskEvidence> {
  try {
    const table = await withDisk(diskAt(path), "read", readGptTable);
    return { path, place, table, unreadable: null, typed: null };
  } catch (error) {
    if (error instanceof HoldfastError) return { path, place, table: null, unreadable: error, typed: null };
    throw error;
  }
}
