import { type FileSystem, MAGIC_SPAN, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type BlockDevice, listBlockDevices, partitionsOf } from "../linux/block.ts";
import { diskAt, withDisk } from "../linux/disk.ts";
import { type DiskEvidence, type Evidence, entriesOf } from "./evidence.ts";
import { type TypedImages, typedImages } from "./typed-images.ts";

/** A partition that may hold a system. */
export interface Unseen {
  readonly device: string;
  readonly tree: TypedImages["tree"];
}

/**
 * Answers the devices among these that hold one system of their own: with an os-release in them, and none of a family
 * that keeps several in a file system.
 */
export type LookInside = (candidates: readonly Unseen[]) => Promise<ReadonlySet<string>>;

/** How partitions are looked into. */
export interface Looking {
  /** Null for a disk of some other machine. */
  readonly machine: string | null;
  readonly look: LookInside | null;
}

/** File systems that are images by nature: no family keeps several systems in one. */
const IMAGES: ReadonlySet<string> = new Set<FileSystem>(["erofs", "squashfs"]);

/**
 * The evidence with what only its type tells to be a system, for where nothing else shows slots: on the disk that the
 * boot loader came from, as systemd-gpt-auto-generator(8) has it, else on the device's own.
 */
export async function withTyped(evidence: Evidence, looking: Looking): Promise<Evidence> {
  const { disks, loader } = evidence;
  const ofLoader = disks.filter((disk) => entriesOf(disk).some(({ guid }) => guid === loader?.espPartuuid));
  const likely = new Set(ofLoader.length > 0 ? ofLoader : ownDisks(disks, listBlockDevices()));
  const typed: DiskEvidence[] = [];
  // One after the other: two looks would only fight for the same disks.
  for (const disk of disks) {
    typed.push(likely.has(disk) ? { ...disk, typed: await typedOn(disk, looking) } : disk);
  }
  return { ...evidence, disks: typed };
}

/** Those that are not plugged in, whose systems nobody asked for; all where there are no others. */
export function ownDisks<D extends { readonly path: string }>(
  disks: readonly D[],
  devices: readonly Pick<BlockDevice, "disk" | "attached">[],
): readonly D[] {
  const isPlugged = ({ path }: D) =>
    devices.some(({ disk, attached }) => disk === path && attached === "usb");
  const own = disks.filter((disk) => !isPlugged(disk));
  return own.length > 0 ? own : disks;
}

/** What on a disk only its type tells to be a system, less what lies in such partitions and is none; null for nothing. */
async function typedOn(disk: DiskEvidence, { machine, look }: Looking): Promise<TypedImages | null> {
  const { table } = disk;
  const found =
    table === null ? null : typedImages(table.truth.entries, machine === null ? null : process.arch);
  if (table === null || found === null) return null;
  const partitions = await partitionsOf(table);
  const seen = await Promise.all(
    found.images.map(async (image) => {
      const { device = null } = partitions.find(({ number }) => number === image.entry.number) ?? {};
      return { image, device, fstype: await fileSystemOf(disk, image.entry) };
    }),
  );
  const holders = seen.filter(({ fstype }) => fstype !== null && !IMAGES.has(fstype));
  const candidates = holders.flatMap(({ device }) => (device === null ? [] : [{ device, tree: found.tree }]));
  const systems = machine === null || look === null ? null : await look(candidates);
  const isSystem = ({ fstype, device }: (typeof seen)[number]) =>
    fstype !== null && (IMAGES.has(fstype) || systems === null || systems.has(device ?? ""));
  const images = seen.filter(isSystem).map(({ image }) => image);
  return images.length === 0 ? null : { ...found, images, seen: systems !== null || holders.length === 0 };
}

/** The file system in a partition by its magic; null for what is none, such as an encrypted volume. */
async function fileSystemOf(
  { path, table }: DiskEvidence,
  { firstLba, lastLba }: GptEntry,
): Promise<FileSystem | null> {
  const size = table?.geometry.sectorSize ?? 512;
  const span = Math.min(MAGIC_SPAN, (lastLba - firstLba + 1) * size);
  try {
    return await withDisk(diskAt(path), "read", async (disk) => {
      const start = Buffer.alloc(MAGIC_SPAN);
      (await disk.read(firstLba * size, span)).copy(start);
      return sniffFileSystem(start);
    });
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
