import { LABEL_SPAN } from "../bytes/filesystem-label.ts";
import { isLuksHeader } from "../bytes/luks-header.ts";
import { messageOf } from "../domain/errors.ts";
import { type BlockDevice, listBlockDevices } from "../linux/block.ts";
import { mappingsOver, partitionsOfLoop } from "../linux/block-stack.ts";
import { attachLoop } from "../linux/loop.ts";
import { loopOver } from "../linux/loop-table.ts";
import { startOf } from "./partition.ts";

/** A device that may hold a file system with systems. */
export interface Candidate {
  readonly device: string;
  /** The disk that it belongs to; what lies inside a partition is a disk of its own. */
  readonly disk: string;
  /** The disk of the machine that it lies on. */
  readonly outer: string;
  /** Its first LABEL_SPAN bytes. */
  readonly start: Uint8Array;
}

export interface DeviceSearch {
  /** Devices that are something else, such as roots of slots. */
  readonly without: ReadonlySet<string>;
  /** Whether disks inside partitions are opened by loop devices, which stay: in a boot, as the real root finds them so. */
  readonly attach: boolean;
  /** Devices whose disks alone are looked at; all disks when missing. */
  readonly besides?: ReadonlySet<string>;
}

/** What is worth a look, or a sentence about what is there and closed to one. */
export type FoundDevice = Candidate | { readonly problem: string };

/** Everything worth a look, disk by disk and in the order of their tables, each device when the next is asked for. */
export function* findCandidates(search: DeviceSearch): Generator<readonly FoundDevice[]> {
  for (const device of ownDevices(search)) {
    try {
      yield inside(device, search);
    } catch (error) {
      yield [{ problem: closedTo(device.device, error) }];
    }
  }
}

export function closedTo(device: string, error: unknown): string {
  return `${device} cannot be looked into: ${messageOf(error)}.`;
}

/**
 * What is plugged in is no part of the device, and its systems nobody asked for: it is looked at only where the
 * device has no disk of its own, as with an Alpine that runs from a stick.
 */
function ownDevices({ without, besides }: DeviceSearch): readonly BlockDevice[] {
  const all = listBlockDevices();
  const disks = new Set(all.filter(({ device }) => besides?.has(device)).map(({ disk }) => disk));
  const devices = besides === undefined ? all : all.filter(({ disk }) => disks.has(disk));
  const own = devices.filter(({ attached }) => attached !== "usb");
  return (own.length > 0 ? own : devices)
    .filter(({ device }) => !without.has(device))
    .sort((a, b) => (a.disk === b.disk ? (a.entry ?? 0) - (b.entry ?? 0) : a.disk < b.disk ? -1 : 1));
}

/** The device itself, what an open LUKS volume on it shows, or the partitions of a table that lies in it. */
function inside({ device, disk, entry, held }: BlockDevice, { attach }: DeviceSearch): FoundDevice[] {
  const start = startAt(device);
  if (start === null) return [];
  if (isLuksHeader(Buffer.from(start.subarray(0, 16)))) {
    const mappings = mappingsOver(device);
    if (mappings.length === 0) {
      return [{ problem: `${device} cannot be looked into: it is encrypted (LUKS) and was not opened.` }];
    }
    return mappings.flatMap((mapping) => candidate(mapping, disk, disk));
  }
  const sector = entry === null ? null : nestedSector(start);
  if (sector === null) return held ? [] : [{ device, disk, outer: disk, start }];
  const loop = loopOver(device) ?? (attach ? attachLoop(device, sector) : null);
  if (loop === null) {
    return [{ problem: `${device} cannot be looked into: only a start opens the table of its own in it.` }];
  }
  return partitionsOfLoop(loop).flatMap((partition) => candidate(partition, loop, disk));
}

function candidate(device: string, disk: string, outer: string): Candidate[] {
  const start = startAt(device);
  return start === null ? [] : [{ device, disk, outer, start }];
}

/** Null for a card reader without a card, or a partition beyond the end of its disk: no system can be there. */
function startAt(device: string): Uint8Array | null {
  try {
    return startOf(device, LABEL_SPAN);
  } catch {
    return null;
  }
}

/** The size of the sectors of a GPT that lies inside a partition, by where its header is; null where there is none. */
function nestedSector(start: Uint8Array): number | null {
  const isHeader = (at: number) => Buffer.from(start.subarray(at, at + 8)).toString("latin1") === "EFI PART";
  return [512, 4096].find(isHeader) ?? null;
}
