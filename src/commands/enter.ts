import { join } from "node:path";
import { ExitCode, HoldfastError } from "../domain/errors.ts";
import type { Plan } from "../domain/plan.ts";
import { kernelRelease } from "../linux/kernel.ts";
import { isInitramfs, mountPointOf } from "../linux/mount-table.ts";
import { resolveInside } from "../roots/resolve.ts";
import { writeBootRecord } from "./boot-record.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";
import { readPlan } from "./plan-file.ts";

type SwitchRoot = Extract<Plan, { action: "switch-root" }>;

/**
 * Carries out the plan that gate or menu wrote: mounts the root read-only on /sysroot and leaves boot.json
 * for it, or shuts down. The switch itself is PID 1's.
 */
export async function enter(options: GlobalOptions): Promise<ExitCode> {
  const plan = readPlan(runDirOf(options));
  if (plan === null) {
    throw new HoldfastError("usage", `There is no plan in ${runDirOf(options)}.`, {
      next: "Run holdfast gate or holdfast menu first; they decide which slot is entered.",
    });
  }
  if (plan.action === "switch-root") await mountRoot(options, plan);
  else await shutDown(options, plan);
  return ExitCode.done;
}

async function mountRoot(options: GlobalOptions, plan: SwitchRoot): Promise<void> {
  const { mountReadOnly } = await import("../linux/mounts.ts");
  const { unmount } = await import("../linux/syscalls.ts");
  const { device, fstype, options: words, init } = plan.root;
  const target = join(options.root, "sysroot");
  // A first attempt of ours that died after its mount is no reason to fail the second.
  if (mountPointOf(device) !== target) mountReadOnly(device, target, fstype, words);
  if (resolveInside(target, init) === null) {
    unmount(target);
    throw new HoldfastError("nothingBootable", `Slot ${plan.slot} has no init at ${init}.`);
  }
  writeBootRecord(runDirOf(options), plan, kernelRelease());
}

async function shutDown(options: GlobalOptions, plan: Exclude<Plan, SwitchRoot>): Promise<void> {
  if (!isInitramfs()) {
    throw new HoldfastError("refused", "This system runs already; only its own init may shut it down.", {
      next: "Use the system's own reboot or poweroff command.",
    });
  }
  const { reboot, RebootCommand, sync, unmount } = await import("../linux/syscalls.ts");
  sync();
  try {
    unmount(join(options.root, "state"));
  } catch {
    // Not mounted or still in use: it is synced, and a journal brings the rest.
  }
  sync();
  reboot(plan.action === "reboot" ? RebootCommand.restart : RebootCommand.powerOff);
}
