import { readFileSync, readlinkSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { HoldfastError } from "../domain/errors.ts";
import { openDisk, withDisk } from "./disk.ts";
import { type GptTable, readGptTable } from "./gpt-table.ts";
import { loopOver } from "./loop-table.ts";
import { namesIn } from "./names.ts";
import { splitNested } from "./nested-name.ts";

/** A partition, or a whole block device that carries a file system itself. */
export interface Partition {
  /** Node such as "/dev/vda2"; null inside an image file, or where the kernel has made none. */
  readonly device: string | null;
  /** Whole disk such as "/dev/vda", or the image's path. */
  readonly disk: string;
  /** 1 for the first entry of the table; null for a whole device. */
  readonly number: number | null;
  /** Lower case; null where there is no GPT. */
  readonly partuuid: string | null;
  readonly label: string | null;
  readonly startBytes: number;
  readonly sizeBytes: number;
}

/** What sysfs says about one block device: its uevent file and the names of itself and its disk. */
interface Node {
  readonly name: string;
  readonly disk: string;
  readonly number: number | null;
  readonly label: string | null;
  readonly partuuid: string | null;
  /** The kernel counts start and size in units of 512 bytes, whatever the sector size. */
  readonly startBytes: number;
  readonly sizeBytes: number;
}

export interface SysfsOptions {
  /** Root of sysfs; "/sys" when missing. */
  readonly sysfs?: string | undefined;
}

/**
 * Finds the one partition that a device reference names: "PARTLABEL=…", "PARTUUID=…" or a "/dev/…" path,
 * which may be a link. Throws `noDevice` when there is none or when two answer to the same label.
 */
export async function resolvePartition(ref: string, options: SysfsOptions = {}): Promise<Partition> {
  const nodes = listNodes(options.sysfs ?? "/sys");
  if (ref.startsWith("/dev/")) return fromPath(ref, nodes);
  const wanted = refOf(ref);
  const candidates = nodes.filter((node) => node.number !== null && mayAnswer(ref, node));
  const partitions = await Promise.all(candidates.map(describe));
  return only(ref, partitions.filter(wanted));
}

/**
 * The same inside one disk or image whose table was read: nothing outside of it can answer. `device` is
 * found through sysfs when the disk is a block device.
 */
export async function findInTable(
  ref: string,
  table: GptTable,
  options: SysfsOptions = {},
): Promise<Partition> {
  const partitions = await partitionsOf(table, options);
  if (!ref.startsWith("/dev/")) return only(ref, partitions.filter(refOf(ref)), table.geometry.name);
  const path = resolved(ref);
  return only(
    ref,
    partitions.filter((partition) => partition.device === path),
    table.geometry.name,
  );
}

/** Every partition of a table, with the nodes that the kernel has made for it. */
export async function partitionsOf(table: GptTable, options: SysfsOptions = {}): Promise<Partition[]> {
  const disk = table.geometry.name;
  const nodes = disk.startsWith("/dev/") ? listNodes(options.sysfs ?? "/sys") : [];
  const path = nodeOfDisk(disk, nodes, options);
  const own = nodes.filter((node) => node.disk === path.slice("/dev/".length));
  return table.truth.entries.map((entry) => {
    const node = own.find((each) => each.number === entry.number);
    return fromEntry(entry, table, disk, node === undefined ? null : `/dev/${node.name}`);
  });
}

/**
 * The node of a disk; for one inside a partition that of the loop device over it, which alone has partitions
 * that the kernel knows.
 */
function nodeOfDisk(disk: string, nodes: readonly Node[], { sysfs }: SysfsOptions): string {
  const holder = holderOf(disk, nodes);
  return holder === null ? resolved(disk) : (loopOver(holder, sysfs) ?? disk);
}

/** The node of the partition that holds a disk such as "/dev/vda#3"; null for any other disk. */
function holderOf(disk: string, nodes: readonly Node[]): string | null {
  const nested = splitNested(disk);
  if (nested === null) return null;
  const outer = resolved(nested.outer).slice("/dev/".length);
  const node = nodes.find((each) => each.disk === outer && each.number === nested.number);
  return node === undefined ? null : `/dev/${node.name}`;
}

/**
 * Has the kernel make nodes for the partitions of a disk inside a partition: a loop device over it. Throws
 * `noDevice` when the kernel shows no such partition or has no loop devices.
 */
export async function attachNested({ geometry }: GptTable, options: SysfsOptions = {}): Promise<void> {
  const holder = holderOf(geometry.name, listNodes(options.sysfs ?? "/sys"));
  if (holder === null) {
    throw new HoldfastError("noDevice", `the kernel shows no partition that holds ${geometry.name}`);
  }
  const { attachLoop } = await import("./loop.ts");
  attachLoop(holder, geometry.sectorSize);
}

/** Whole disks that may carry a partition table: what has sectors and is no partition, in name order. */
export function listDisks(options: SysfsOptions = {}): string[] {
  const nodes = listNodes(options.sysfs ?? "/sys");
  const disks = nodes.filter((node) => node.number === null && node.sizeBytes > 0 && !isVirtual(node.name));
  return disks.map((node) => `/dev/${node.name}`);
}

/** Labels of every partition that the kernel knows. */
export function listLabels(options: SysfsOptions = {}): string[] {
  return listNodes(options.sysfs ?? "/sys").flatMap((node) => node.label ?? []);
}

/** A block device that may carry a file system: a partition, or a whole disk. */
export interface BlockDevice {
  /** Node such as "/dev/sda1". */
  readonly device: string;
  readonly disk: string;
  /** Device number, "major:minor". */
  readonly number: string;
  /** Whether something is built on it, such as an open mapping. */
  readonly held: boolean;
  /** How the disk is attached, as far as it matters for what may be pulled out. */
  readonly attached: "usb" | "sd" | "internal";
  /** 1 for the first entry of the table; null for a whole disk. */
  readonly entry: number | null;
  readonly label: string | null;
  readonly sizeBytes: number;
}

/** Every partition and every whole disk that has sectors, in name order; what only lives in memory is left out. */
export function listBlockDevices({ sysfs = "/sys" }: SysfsOptions = {}): BlockDevice[] {
  const nodes = listNodes(sysfs).filter((node) => node.sizeBytes > 0 && !isVirtual(node.disk));
  return nodes.flatMap((node) => {
    const folder = join(sysfs, "class/block", node.name.replaceAll("/", "!"));
    const number = textOf(join(folder, "dev"));
    if (number === null) return [];
    const held = namesIn(join(folder, "holders")).length > 0;
    const attached = attachmentOf(join(sysfs, "class/block", node.disk.replaceAll("/", "!")));
    const { label, sizeBytes, number: entry } = node;
    return [
      {
        ...{ device: `/dev/${node.name}`, disk: `/dev/${node.disk}`, number, held, attached },
        ...{ entry, label, sizeBytes },
      },
    ];
  });
}

/** A card says what it is (SD, or MMC for what is soldered in); a disk on USB lies below its hub. */
function attachmentOf(folder: string): BlockDevice["attached"] {
  if (/\/usb\d/.test(resolved(folder))) return "usb";
  return textOf(join(folder, "device/type")) === "SD" ? "sd" : "internal";
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return null;
  }
}

function isVirtual(name: string): boolean {
  return /^(loop|ram|zram|dm-|md|sr|fd|mtdblock|nbd)\d|boot[01]$|rpmb$/.test(name);
}

function listNodes(sysfs: string): Node[] {
  const root = join(sysfs, "class/block");
  return namesIn(root).flatMap((name) => readNode(root, name) ?? []);
}

/** Where a path's links lead; the path itself when they lead nowhere. */
function resolved(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

/** Null for a device that went away while the folder was read. */
function readNode(root: string, name: string): Node | null {
  try {
    const folder = join(root, name);
    const uevent = readFileSync(join(folder, "uevent"), "utf8");
    const size = readFileSync(join(folder, "size"), "utf8");
    const target = readlinkSync(folder);
    const facts = new Map(uevent.split("\n").map((line) => split(line)));
    // In sysfs a "/" of the node's name is a "!", as in cciss!c0d0.
    const parent = basename(dirname(target)).replaceAll("!", "/");
    const number = facts.get("PARTN");
    const isPartition = facts.get("DEVTYPE") === "partition" && number !== undefined;
    const start = isPartition ? readFileSync(join(folder, "start"), "utf8") : "0";
    return {
      name: facts.get("DEVNAME") ?? name,
      disk: isPartition ? parent : (facts.get("DEVNAME") ?? name),
      number: isPartition ? Number(number) : null,
      label: facts.get("PARTNAME") ?? null,
      partuuid: facts.get("PARTUUID")?.toLowerCase() ?? null,
      startBytes: Number(start) * 512,
      sizeBytes: Number(size) * 512,
    };
  } catch {
    return null;
  }
}

function split(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Kernels before 6.9 do not say PARTUUID in uevent: then the disk's own table does. */
async function describe(node: Node): Promise<Partition> {
  const { name, partuuid, disk, ...rest } = node;
  const plain = { ...rest, device: `/dev/${name}`, disk: `/dev/${disk}` };
  if (partuuid !== null || node.number === null) return { ...plain, partuuid };
  const entry = await entryOf(plain.disk, node.number);
  return { ...plain, partuuid: entry?.guid ?? null };
}

async function entryOf(disk: string, number: number): Promise<GptEntry | null> {
  try {
    const table = await withDisk((mode) => openDisk(disk, mode), "read", readGptTable);
    return table.truth.entries.find((entry) => entry.number === number) ?? null;
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}

/** Leaves out what cannot be meant, so that no disk is opened for it. */
function mayAnswer(ref: string, node: Node): boolean {
  if (ref.startsWith("PARTLABEL=")) return `PARTLABEL=${node.label}` === ref;
  return node.partuuid === null || `partuuid=${node.partuuid}` === ref.toLowerCase();
}

async function fromPath(ref: string, nodes: readonly Node[]): Promise<Partition> {
  const path = resolved(ref);
  const node = nodes.find((each) => `/dev/${each.name}` === path);
  if (node !== undefined) return describe(node);
  throw new HoldfastError("noDevice", `${ref} is no block device of this machine`);
}

function fromEntry(entry: GptEntry, table: GptTable, disk: string, device: string | null): Partition {
  const { sectorSize } = table.geometry;
  return {
    device,
    disk,
    number: entry.number,
    partuuid: entry.guid,
    label: entry.name,
    startBytes: entry.firstLba * sectorSize,
    sizeBytes: (entry.lastLba - entry.firstLba + 1) * sectorSize,
  };
}

function refOf(ref: string): (partition: Partition) => boolean {
  const [kind, value] = split(ref);
  if (kind === "PARTLABEL") return (partition) => partition.label === value;
  if (kind === "PARTUUID") return (partition) => partition.partuuid === value.toLowerCase();
  throw new HoldfastError("badConfig", `"${ref}" names no device: PARTLABEL=…, PARTUUID=… or /dev/… would`);
}

function only(ref: string, found: readonly Partition[], where = "this machine"): Partition {
  const [first, second] = found;
  if (first !== undefined && second === undefined) return first;
  if (first === undefined) throw new HoldfastError("noDevice", `no partition of ${where} answers to ${ref}`);
  const names = found.map((each) => each.device ?? `partition ${each.number} of ${each.disk}`).join(" and ");
  throw new HoldfastError("noDevice", `${ref} is ambiguous: ${names} answer to it`, {
    next: "name the partition by PARTUUID",
  });
}
