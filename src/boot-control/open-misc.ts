import { MISC_MAP, MISC_SLOTS_SIZE } from "../bytes/android-misc.ts";
import type { AndroidMiscConfig } from "../config/schemes.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Partition } from "../linux/block.ts";
import { type DiskOpener, withDisk } from "../linux/disk.ts";
import { AndroidMisc } from "./android-misc.ts";
import { formatOf } from "./misc-format.ts";
import { type AndroidMiscSlot, miscAt } from "./misc-place.ts";

export interface OpenAndroidMisc {
  readonly partition: Partition;
  readonly config: AndroidMiscConfig;
  readonly slots: readonly AndroidMiscSlot[];
  readonly freshTries: number;
  readonly booted: string | null;
}

/** Opens the store in the misc partition, in the format that its magic names; reads, and writes nothing. */
export async function openAndroidMisc(options: OpenAndroidMisc): Promise<AndroidMisc> {
  const { opener, place } = miscAt(options.partition, options.config.offset);
  const at = place.base + MISC_MAP.slots;
  const format = await withDisk(opener, "read", async (disk) => {
    return formatOf(await disk.read(at, MISC_SLOTS_SIZE), `${disk.name} at byte ${at}`);
  });
  return new AndroidMisc(opener, format, {
    ...{ ...place, backupOffset: options.config.backup_offset ?? null },
    ...{ slots: options.slots, freshTries: options.freshTries, booted: options.booted },
  });
}

/** The format of a misc partition whose bootloader message begins at byte `base`; null where there is none. */
export async function probeMisc(opener: DiskOpener, base: number): Promise<"android-misc" | "avb-ab" | null> {
  try {
    const bytes = await withDisk(opener, "read", (disk) => disk.read(base + MISC_MAP.slots, MISC_SLOTS_SIZE));
    const format = formatOf(bytes, "misc");
    return format.isIntact(bytes) ? format.scheme : null;
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}
