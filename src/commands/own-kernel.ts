import type { SlotKernelConfig } from "../config/schema.ts";
import { messageOf } from "../domain/errors.ts";
import type { OwnKernel, Plan } from "../domain/plan.ts";
import { isKernelLoaded, type KernelFiles, kexecObstacle, loadKernel } from "../linux/kexec.ts";
import { findOwnKernel, type KernelPlace, withKernelFiles } from "../roots/own-kernel.ts";
import type { RootDescription } from "../roots/partition.ts";
import { ukiParts } from "../roots/uki-parts.ts";
import { flushDisks } from "./end-system.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";

/** The same slot entered by its own kernel; where that cannot be, by a restart as before, with the reason. */
export async function withOwnKernel(
  description: RootDescription,
  choice: SlotKernelConfig,
  image: KernelPlace,
  workDir: string,
): Promise<RootDescription> {
  const but = (why: string) => ({
    ...description,
    entryReason: `${description.entryReason ?? ""} Its own kernel cannot be started from here: ${why}`.trim(),
  });
  const obstacle = kexecObstacle();
  if (obstacle !== null) return but(obstacle);
  try {
    const kernel = await findOwnKernel(choice, image, workDir);
    return { ...description, entry: "kexec", kernel };
  } catch (error) {
    return but(messageOf(error));
  }
}

/** Puts the kernel of a slot into memory. */
export async function loadOwnKernel(kernel: OwnKernel, commandLine: string, workDir: string): Promise<void> {
  await withKernelFiles(kernel, commandLine, workDir, loadUnpacked);
}

/** A unified kernel image is taken apart for it. */
function loadUnpacked(files: KernelFiles): void {
  const parts = ukiParts(files.linux);
  try {
    if (parts === null) loadKernel(files);
    else loadKernel({ ...files, linux: parts.linux, initrds: [...parts.initrds, ...files.initrds] });
  } finally {
    parts?.close();
  }
}

/** Starts the kernel of a plan, which is in memory since the plan was made; does not return when it succeeds. */
export async function startOwnKernel(
  options: GlobalOptions,
  { kernel, commandLine }: Extract<Plan, { action: "kexec" }>,
): Promise<void> {
  if (!isKernelLoaded()) await loadOwnKernel(kernel, commandLine, `${runDirOf(options)}/roots`);
  const { reboot, RebootCommand } = await import("../linux/syscalls.ts");
  await flushDisks(options);
  reboot(RebootCommand.kexec);
}
