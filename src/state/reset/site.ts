import { existsSync, lstatSync } from "node:fs";
import { join } from "node:path";
import { MAGIC_SPAN, sniffFileSystem } from "../../bytes/filesystem-magic.ts";
import { isLuksHeader } from "../../bytes/luks-header.ts";
import { HoldfastError } from "../../domain/errors.ts";
import type { ResetTarget } from "../../domain/reset.ts";
import type { TargetFacts } from "../../domain/reset-refusal.ts";
import { ENCRYPTED_DIR, ENCRYPTED_IMAGE } from "../../domain/state-layout.ts";
import type { StateFileSystem } from "../../domain/state-tools.ts";
import type { Partition } from "../../linux/block.ts";
import { type BlockFacts, blockFacts, mappingsOf } from "../../linux/block-facts.ts";
import { diskAt, withDisk } from "../../linux/disk.ts";
import { readGptTable } from "../../linux/gpt-table.ts";
import { deviceNumber, mountsOf } from "../../linux/mount-table.ts";

/** What the configuration says about resets on this device. */
export interface ResetPlace {
  readonly role: ResetTarget["role"];
  /** What names the partition, for people. */
  readonly ref: string;
  /** Finds it; throws `noDevice` when it is not there, or when several answer to its name. */
  readonly find: () => Promise<Partition>;
  /** What it is made with anew. */
  readonly fstype: StateFileSystem;
  /** Where the state partition is mounted when it is; null for an encrypted root. */
  readonly mountPoint: string | null;
  /** A folder of ours in memory. */
  readonly workFolder: string;
  /** Directories that a fresh state partition begins with, by their escaped names. */
  readonly directories: readonly string[];
  /** Whether an encrypted part is made anew with it: that takes a key that the device has by itself. */
  readonly remakesEncrypted: boolean;
  readonly overwrite: boolean;
  readonly grace: boolean;
  /** The slots' partitions, none of which may ever be reset. */
  readonly slots: readonly { readonly id: string; readonly device: string }[];
}

/** The target as it is now, with everything that could forbid a reset. */
export interface ResetSite {
  readonly place: ResetPlace;
  readonly target: ResetTarget;
  readonly facts: TargetFacts;
  readonly block: BlockFacts;
  /** Where it is mounted for itself; null when it is not. */
  readonly mountedAt: string | null;
}

/** Finds the target of resets. Throws `noDevice` when it is not there, or when several answer to its name. */
export async function findSite(place: ResetPlace): Promise<ResetSite> {
  const partition = await place.find();
  const { target, type, block } = await targetAt(place.role, partition);
  return withUse(place, target, block, { partition, type, content: await contentOf(target.device) });
}

/** What a partition is pinned by, the type that its table gives it, and what sysfs says about its use. */
export async function targetAt(
  role: ResetTarget["role"],
  partition: Partition,
): Promise<{ readonly target: ResetTarget; readonly type: string | null; readonly block: BlockFacts }> {
  const { device, disk, number } = partition;
  if (device === null)
    throw new HoldfastError("noDevice", `partition ${number} of ${disk} has no device node`);
  const block = blockFacts(device, disk);
  const table = number === null ? null : await withDisk(diskAt(disk), "read", readGptTable);
  const guid = table?.truth.header.diskGuid ?? "none";
  const target: ResetTarget = {
    role,
    disk,
    diskId: block.serial === null ? guid : `${guid} ${block.serial}`,
    device,
    deviceNumber: deviceNumber(device),
    partuuid: partition.partuuid ?? "",
    label: partition.label,
    start: partition.startBytes,
    size: partition.sizeBytes,
  };
  return { target, type: table?.truth.entries.find((entry) => entry.number === number)?.type ?? null, block };
}

/** The file of the encrypted volume on the state partition that is mounted at `state`; null for none. */
export function imageIn(state: string): string | null {
  const file = join(state, ENCRYPTED_IMAGE);
  return lstatSync(file, { throwIfNoEntry: false })?.isFile() ? file : null;
}

interface Looked {
  readonly partition: Partition;
  readonly type: string | null;
  readonly content: string | null;
}

function withUse(place: ResetPlace, target: ResetTarget, block: BlockFacts, looked: Looked): ResetSite {
  const { mountPoint } = place;
  const own = mountsOf(target.deviceNumber);
  const image = mountPoint === null ? null : join(mountPoint, ENCRYPTED_IMAGE);
  const inner = image === null ? [] : mappingsOf(image).flatMap(({ number }) => mountsOf(number));
  const slotsOn = place.slots.filter(({ device }) => sameDevice(device, target.deviceNumber));
  const disks = new Set(place.slots.map(({ device }) => blockFacts(device, diskOf(device)).removable));
  const facts: TargetFacts = {
    target,
    ref: place.ref,
    type: looked.type,
    content: looked.content,
    isWholeDisk: looked.partition.number === null,
    isLink: isLink(place.ref),
    readOnly: block.readOnly,
    mounts: [...own, ...inner].filter(({ root }) => root === "/").map((line) => line.target),
    bound: [...own, ...inner].filter(({ root }) => root !== "/").map((line) => line.target),
    ownMounts: mountPoint === null ? [] : [mountPoint, join(mountPoint, ENCRYPTED_DIR)],
    holders: block.holders,
    swap: block.swap,
    slots: slotsOn.map(({ id }) => id),
    runs: own.some((line) => line.target === "/"),
    removable: block.removable,
    slotsFixed: disks.size > 0 && !disks.has(true),
  };
  const mounted = own.find((line) => line.target === mountPoint && line.root === "/");
  return { place, target, facts, block, mountedAt: mounted?.target ?? null };
}

function isLink(ref: string): boolean {
  return ref.startsWith("/dev/") && (lstatSync(ref, { throwIfNoEntry: false })?.isSymbolicLink() ?? false);
}

function sameDevice(device: string, number: string): boolean {
  return existsSync(device) && deviceNumber(device) === number;
}

/** The whole disk of a partition's node, by the kernel's rules for names. */
function diskOf(device: string): string {
  return device.replace(/(?<=\d)p\d+$|(?<=[a-z])\d+$/, "");
}

async function contentOf(device: string): Promise<string | null> {
  const start = await withDisk(diskAt(device), "read", (disk) =>
    disk.read(0, Math.min(MAGIC_SPAN, disk.size)),
  );
  return isLuksHeader(start) ? "luks" : sniffFileSystem(start);
}
