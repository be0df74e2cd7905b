import { join } from "node:path";
import type { DiskMode } from "../linux/disk.ts";
import { mountPointOf } from "../linux/mount-table.ts";

/** Boot partitions that are mounted: the ESP, then XBOOTLDR if there is one. */
export interface BootFolders {
  readonly roots: readonly string[];
  close(): Promise<void>;
}

/** Makes the boot partitions' files reachable for as long as one reading or one change takes. */
export type BootFoldersOpener = (mode: DiskMode) => Promise<BootFolders>;

/** An opener for partitions that are mounted already, or for folders that stand in for them. */
export function mountedFolders(roots: readonly string[]): BootFoldersOpener {
  return async () => ({ roots, close: async () => {} });
}

/**
 * An opener for block devices: a mount that is there is used; otherwise the partition is mounted below
 * `workDir`, writable only for a change, and unmounted on close. Throws `SystemCallError` when it cannot be.
 */
export function bootPartitions(devices: readonly string[], workDir: string): BootFoldersOpener {
  return async (mode) => {
    const ours: string[] = [];
    const { unmountAndRemove } = await import("../linux/mounts.ts");
    const close = async () => {
      for (const target of ours.splice(0).reverse()) unmountAndRemove(target);
    };
    try {
      const roots: string[] = [];
      for (const [index, device] of devices.entries()) {
        const mounted = mountPointOf(device);
        const target = join(workDir, `boot${index}`);
        if (mounted === null) {
          await mountBoot(device, target, mode);
          ours.push(target);
        }
        roots.push(mounted ?? target);
      }
      return { roots, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

async function mountBoot(device: string, target: string, mode: DiskMode): Promise<void> {
  const { mountReadOnly, mountWritable } = await import("../linux/mounts.ts");
  const options = "nosuid,nodev,noexec,umask=0077";
  if (mode === "read") mountReadOnly(device, target, "vfat", options);
  else mountWritable(device, target, "vfat", options);
}
