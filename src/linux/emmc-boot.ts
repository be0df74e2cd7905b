import { readFile, realpath, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { type Disk, type DiskOpener, diskAt } from "./disk.ts";

/**
 * An opener like diskAt that also writes to the hardware boot partitions of eMMC: the kernel keeps these
 * read-only until 0 is written to force_ro (Documentation/driver-api/mmc/mmc-dev-parts.rst). What was there
 * before is written back when the disk is closed.
 */
export function diskOrBootPartitionAt(path: string, sysfs = "/sys"): DiskOpener {
  const open = diskAt(path);
  return async (mode) => {
    const name = basename(await realpath(path).catch(() => path));
    if (mode === "read" || !/^mmcblk\d+boot[01]$/.test(name)) return open(mode);
    const lock = join(sysfs, "block", name, "force_ro");
    const before = await unlock(lock, path);
    try {
      return closingWith(await open(mode), () => writeFile(lock, before));
    } catch (error) {
      await writeFile(lock, before);
      throw error;
    }
  };
}

async function unlock(lock: string, path: string): Promise<string> {
  try {
    const before = await readFile(lock, "utf8");
    await writeFile(lock, "0\n");
    return before;
  } catch (cause) {
    throw new HoldfastError("refused", `${path} is read-only and ${lock} says no: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/** Methods are called on the disk itself, which has private fields. */
function closingWith(disk: Disk, after: () => Promise<void>): Disk {
  return {
    name: disk.name,
    size: disk.size,
    sectorSize: disk.sectorSize,
    isDevice: disk.isDevice,
    read: (offset, length) => disk.read(offset, length),
    write: (offset, bytes) => disk.write(offset, bytes),
    flush: () => disk.flush(),
    close: async () => {
      try {
        await disk.close();
      } finally {
        await after();
      }
    },
  };
}
