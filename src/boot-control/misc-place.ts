import type { Partition } from "../linux/block.ts";
import { type DiskOpener, diskAt } from "../linux/disk.ts";

export interface AndroidMiscSlot {
  readonly id: string;
  /** 0 for _a. */
  readonly index: number;
}

/** Where the misc partition lies in what the opener opens. */
export interface MiscPlace {
  /** Bytes before the bootloader message. */
  readonly base: number;
  /** Bytes from `base` to the partition's end. */
  readonly size: number;
}

/** How to open a misc partition: by its own node, or inside the image or disk that holds it. */
export function miscAt(partition: Partition, offset = 0): { opener: DiskOpener; place: MiscPlace } {
  const { device, disk, startBytes, sizeBytes } = partition;
  const base = (device === null ? startBytes : 0) + offset;
  return { opener: diskAt(device ?? disk), place: { base, size: sizeBytes - offset } };
}
