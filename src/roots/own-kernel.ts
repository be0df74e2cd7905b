import { join } from "node:path";
import type { SlotKernelConfig } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { OwnKernel } from "../domain/plan.ts";
import { resolvePartition } from "../linux/block.ts";
import type { KernelFiles } from "../linux/kexec.ts";
import { withTree } from "./look.ts";
import { fileSystemOf } from "./partition.ts";
import { resolveInside } from "./resolve.ts";

/** The slot's image: where the kernel lies unless the configuration names another partition. */
export type KernelPlace = Pick<OwnKernel, "device" | "fstype" | "verity" | "isUsr">;

/** The kernel that the configuration names for a slot; throws when its files are not there. `workDir` is for mounts. */
export async function findOwnKernel(
  choice: SlotKernelConfig,
  image: KernelPlace,
  workDir: string,
): Promise<OwnKernel> {
  const { linux, initrd, options } = choice;
  const kernel = { ...(await placeOf(choice, image)), linux, initrds: initrd, options };
  await withKernelFiles(kernel, "", workDir, () => {});
  return kernel;
}

async function placeOf({ device: ref, fstype }: SlotKernelConfig, image: KernelPlace): Promise<KernelPlace> {
  if (ref === undefined) return image;
  const { device } = await resolvePartition(ref, {});
  if (device === null) throw new HoldfastError("noDevice", `${ref} has no device node here.`);
  // vfat has no magic of its own at a fixed place; the kernel looks closer when it mounts.
  return { device, fstype: fstype ?? fileSystemOf(device) ?? "vfat", verity: null, isUsr: false };
}

/** Shows `use` the files of a kernel, on its file system that is mounted read-only for so long. */
export function withKernelFiles<T>(
  kernel: OwnKernel,
  commandLine: string,
  workDir: string,
  use: (files: KernelFiles) => T,
): Promise<T> {
  const { device, linux, initrds } = kernel;
  const look = { ...kernel, id: "kernel", base: kernel.isUsr ? {} : null, folder: join(workDir, "kernel") };
  return withTree(look, (tree) => {
    const found = (path: string) => {
      const file = resolveInside(tree, path);
      if (file === null) throw new HoldfastError("noDevice", `${path} is not on ${device}.`);
      return file;
    };
    return use({ linux: found(linux), initrds: initrds.map(found), commandLine });
  });
}
