import { ESP_TYPE, XBOOTLDR_TYPE } from "../bytes/partition-types.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type BootEntry, readEntries } from "./boot-entries.ts";
import { type BootFoldersOpener, type FatPlace, unmountedFolders } from "./boot-folders.ts";
import { type DiskEvidence, entriesOf } from "./evidence.ts";

/** Reads the boot entries of a disk whose boot partitions nobody has mounted; none when that fails. */
export async function unmountedEntries(disk: DiskEvidence): Promise<readonly BootEntry[]> {
  try {
    const folders = await unmountedBoot(disk)("read");
    try {
      return readEntries(folders.roots).entries;
    } finally {
      await folders.close();
    }
  } catch (error) {
    if (error instanceof HoldfastError) return [];
    throw error;
  }
}

/** An opener for the ESP and XBOOTLDR of a disk or image, to read them where they lie. */
export function unmountedBoot(disk: DiskEvidence): BootFoldersOpener {
  const { file, start } = disk.place;
  const sectorSize = disk.table?.geometry.sectorSize ?? 0;
  const places = [ESP_TYPE, XBOOTLDR_TYPE].flatMap((type): FatPlace[] => {
    const entry = entriesOf(disk).find((each) => each.type === type);
    if (entry === undefined) return [];
    return [{ file, start: start + entry.firstLba * sectorSize, name: `${disk.path}#${entry.number}` }];
  });
  if (places.length > 0) return unmountedFolders(places);
  throw new HoldfastError("noDevice", `${disk.path} has no EFI system partition`);
}
