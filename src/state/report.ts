import { statfsSync } from "node:fs";
import type { StateReport } from "../domain/state-report.ts";
import { mountAt } from "../linux/mount-table.ts";

const NOTHING = { encrypted: null, problem: null, notes: [] } as const;

/** A report completed with what the mount table says and how much room there is. */
export function measured(
  found: Pick<StateReport, "kind"> & Partial<StateReport>,
  state = "/state",
): StateReport {
  const mount = mountAt(state);
  const { size, free } = mount === null ? { size: null, free: null } : roomOf(state);
  const device = mount === null || mount.fstype === "tmpfs" ? null : mount.source;
  return { ...NOTHING, device, fstype: mount?.fstype ?? null, ...found, size, free };
}

/** In bytes, as an ordinary user may use them. */
function roomOf(path: string): { size: number | null; free: number | null } {
  try {
    const { bsize, blocks, bavail } = statfsSync(path);
    return { size: blocks * bsize, free: bavail * bsize };
  } catch {
    return { size: null, free: null };
  }
}
