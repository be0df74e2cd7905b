import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { mountPointOf } from "./mount-table.ts";
import { clearMounts } from "./mounts.ts";
import { namesIn } from "./names.ts";

/*
 * Mounts for a look lie in a folder of the process that looks: a command may look while the menu does, and each takes
 * away what is its own.
 */

const LOOKS = "looks";

/** The folder for such mounts below the folder of run-time files. */
export function lookFolder(runDir: string): string {
  return join(runDir, LOOKS, String(process.pid));
}

/** Takes away what processes left mounted there that are no more. */
export function clearLooks(runDir: string): void {
  const looks = join(runDir, LOOKS);
  for (const pid of namesIn(looks).filter((name) => !existsSync(join("/proc", name)))) {
    try {
      clearMounts(join(looks, pid));
      rmSync(join(looks, pid), { recursive: true, force: true });
    } catch {
      // It does no harm to a look in another folder.
    }
  }
}

/** Where the whole file system of a device is mounted to stay; null where it is not, or for a look alone. */
export function lastingMountOf(device: string): string | null {
  return mountPointOf(device, (target) => !new RegExp(`/${LOOKS}/\\d+/`).test(target));
}
