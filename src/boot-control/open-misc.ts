import { MISC_MAP, MISC_SLOTS_SIZE } from "../bytes/android-misc.ts";
import type { Partition } from "../linux/block.ts";
import { withDisk } from "../linux/disk.ts";
import { AndroidMisc } from "./android-misc.ts";
import { formatOf } from "./misc-format.ts";
import { type AndroidMiscConfig, type AndroidMiscSlot, miscAt } from "./misc-place.ts";

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
