import * as z from "zod/mini";
import { MISC_SLOTS_SIZE } from "../bytes/android-misc.ts";
import type { Partition } from "../linux/block.ts";
import { type DiskOpener, diskAt } from "../linux/disk.ts";

/** Keys of the configuration for android-misc and avb-ab. */
export const AndroidMiscConfig = z.strictObject({
  /** The misc partition. */
  partition: z._default(
    z.string().check(z.regex(/^(PARTLABEL=.+|PARTUUID=[0-9a-fA-F-]{36}|\/dev\/.+)$/)),
    "PARTLABEL=misc",
  ),
  /** Bytes by which the device shifts all of it (BOARD_RECOVERY_BLDRMSG_OFFSET). */
  offset: z._default(z.int().check(z.minimum(0)), 0),
  /** U-Boot's CONFIG_ANDROID_AB_BACKUP_OFFSET, where the board keeps a second copy of bootloader_control. */
  backup_offset: z.optional(z.int().check(z.minimum(MISC_SLOTS_SIZE))),
});
export type AndroidMiscConfig = z.infer<typeof AndroidMiscConfig>;

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
