import { readdirSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { dependencyOf, madeOnce, run, unpackInto } from "./debian.ts";
import { CACHE } from "./paths.ts";
import type { Arch } from "./target.ts";

/** Debian's kernel for real machines of an architecture, or the smaller one for virtual machines. */
export type KernelFlavour = "amd64" | "cloud-amd64" | "arm64";

/** The kernel that the machines of demo and tests start with. */
export function machineKernel(arch: Arch): KernelFlavour {
  return arch === "arm64" ? "arm64" : "amd64";
}

export interface Kernel {
  /** As `uname -r` prints it. */
  readonly release: string;
  readonly vmlinuz: string;
  /** …/lib/modules/<release>, with modules.dep made. */
  readonly modulesDir: string;
}

/**
 * Debian's newest kernel of this flavour, unpacked from its package into the cache folder. The machine's own
 * /boot, modules and packages are left alone, and it works as an ordinary user. A kernel that is in the cache
 * already is used as it is, without the network.
 */
export function debianKernel(flavour: KernelFlavour): Kernel {
  const folder = madeOnce(join(CACHE, "kernel", flavour), (work, root) => unpackKernel(flavour, work, root));
  const release = readdirSync(join(folder, "lib/modules"))[0];
  if (release === undefined) {
    throw new HoldfastError("noDevice", `${folder} holds no kernel modules`, { next: `Remove ${folder}.` });
  }
  return {
    release,
    vmlinuz: join(folder, "boot", `vmlinuz-${release}`),
    modulesDir: join(folder, "lib/modules", release),
  };
}

function unpackKernel(flavour: KernelFlavour, work: string, root: string): void {
  const arch = flavour === "arm64" ? "arm64" : null;
  unpackInto(root, work, [dependencyOf(`linux-image-${flavour}`, /linux-image-\S+/, arch)], arch);
  const release = readdirSync(join(root, "lib/modules"))[0] ?? "";
  // The package has no modules.dep: its maintainer script runs depmod on the installed system.
  run("depmod", ["-b", root, release], work);
}
