import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { STATE } from "../domain/state-layout.ts";
import { isInitramfs } from "../linux/mount-table.ts";
import type { GlobalOptions } from "./options.ts";

/** Throws `refused` in a running system, whose services nobody else would shut down. */
export function refuseRunningSystem(): void {
  if (isInitramfs()) return;
  throw new HoldfastError("refused", "This system runs already; only its own init may shut it down.", {
    next: "Use the system's own reboot or poweroff command.",
  });
}

/** Brings everything that was written onto its disks, before this kernel ends. */
export async function flushDisks(options: GlobalOptions): Promise<void> {
  const { sync } = await import("../linux/syscalls.ts");
  const { closeState } = await import("../state/open.ts");
  sync();
  try {
    await closeState(join(options.root, STATE));
  } catch {
    // Not mounted or still in use: it is synced, and a journal brings the rest.
  }
  sync();
}
