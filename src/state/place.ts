import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import { basename } from "node:path";
import { CONTENT_SPAN } from "../bytes/known-content.ts";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { choosePlace, type StateCandidate } from "../domain/state-place.ts";
import { listDisks, type Partition, partitionsOf, resolvePartition } from "../linux/block.ts";
import { openDisk, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";

/** The partition that /state is on; it has a device node. */
export interface StatePartition extends Partition {
  readonly device: string;
}

type Candidate = StateCandidate & StatePartition;

/**
 * Finds the state partition that the configuration names, or by itself. Null when the configuration names none
 * and none is there.
 * @throws HoldfastError `noDevice` when it is not there, or when several answer to the same name.
 */
export async function findState(config: Config): Promise<StatePartition | null> {
  const { device: ref } = config.state;
  if (ref !== undefined && /^(\/dev\/|PARTUUID=)/.test(ref))
    return withNode(await resolvePartition(ref), ref);
  const bootDisk = await bootDiskOf(config);
  const disks = [...new Set([...(bootDisk === null ? [] : [bootDisk]), ...listDisks()])];
  const candidates: Candidate[] = [];
  for (const disk of disks) {
    candidates.push(...(await candidatesOn(disk, bootDisk === null || disk === bootDisk)));
    // The other disks are only read when the boot disk has no answer.
    const found = disk === bootDisk ? choosePlace(ref ?? null, candidates) : null;
    if (found !== null) return found;
  }
  const found = choosePlace(ref ?? null, candidates);
  if (found !== null || ref === undefined) return found;
  throw new HoldfastError("noDevice", `No partition answers to ${ref}.`);
}

function withNode(partition: Partition, ref: string): StatePartition {
  const { device } = partition;
  if (device === null) throw new HoldfastError("noDevice", `${ref} has no device node.`);
  return { ...partition, device };
}

/** The disk that the slots are on; null when the configuration does not say. */
async function bootDiskOf({ boot, slot }: Config): Promise<string | null> {
  if (boot.disk !== undefined) return boot.disk;
  for (const { root } of slot) {
    try {
      return (await resolvePartition(root)).disk;
    } catch (error) {
      // One slot may be missing; the others know the disk as well.
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
  return null;
}

async function candidatesOn(disk: string, onBootDisk: boolean): Promise<Candidate[]> {
  const table = await tableOf(disk);
  if (table === null) return [];
  const removable = isRemovable(disk);
  const types = new Map(table.truth.entries.map((entry) => [entry.number, entry.type]));
  return (await partitionsOf(table)).flatMap((partition) => {
    const { device, number } = partition;
    const type = types.get(number ?? 0)?.toLowerCase() ?? "";
    return device === null ? [] : [{ ...partition, device, type, onBootDisk, removable }];
  });
}

/** Null for a disk without a table that could be believed. */
async function tableOf(disk: string): Promise<GptTable | null> {
  try {
    return await withDisk((mode) => openDisk(disk, mode), "read", readGptTable);
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}

function isRemovable(disk: string): boolean {
  try {
    return readFileSync(`/sys/class/block/${basename(disk)}/removable`, "utf8").trim() === "1";
  } catch {
    return false;
  }
}

const MIB = 1024 * 1024;
const SAMPLE = 4096;
const SAMPLES = 1024;
/** Where the first copies of a superblock are: ext4 with blocks of 1 and 4 KiB, btrfs. */
const COPIES = [8193 * 1024, 32768 * 4096, 64 * MIB] as const;

/**
 * Whether nothing was ever written to a device, as far as its first MiB, the places of spare superblocks and a
 * thousand samples between tell. Without its first bytes a file system is not known any more, but it is not
 * empty either, and what is in it is somebody's.
 */
export function isBlank(device: string, size: number): boolean {
  const step = Math.max(SAMPLE, Math.floor(size / SAMPLES / SAMPLE) * SAMPLE);
  const samples = Array.from({ length: SAMPLES }, (_, index) => index * step);
  const fd = openSync(device, "r");
  try {
    return (
      isBlankAt(fd, 0, Math.min(MIB, size)) &&
      [...COPIES, ...samples].every((offset) => offset >= size || isBlankAt(fd, offset, SAMPLE))
    );
  } finally {
    closeSync(fd);
  }
}

/** Zeros, or the ones that erased flash reads as. */
function isBlankAt(fd: number, offset: number, length: number): boolean {
  const bytes = Buffer.alloc(length);
  const found = bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
  const first = found[0] ?? 0;
  return (first === 0 || first === 0xff) && found.every((byte) => byte === first);
}

/** The bytes at the start of a device that tell what it holds; fewer where it is smaller. */
export function startOf(device: string): Uint8Array {
  const fd = openSync(device, "r");
  try {
    const start = Buffer.alloc(CONTENT_SPAN);
    return start.subarray(0, readSync(fd, start, 0, CONTENT_SPAN, 0));
  } finally {
    closeSync(fd);
  }
}
