import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { CACHE } from "./paths.ts";

/** Debian's kernel for real machines, or the smaller one for virtual machines. */
export type KernelFlavour = "amd64" | "cloud-amd64";

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
  const folder = join(CACHE, "kernel", flavour);
  if (!existsSync(folder)) unpackInto(folder, flavour);
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

function unpackInto(folder: string, flavour: KernelFlavour): void {
  mkdirSync(join(CACHE, "kernel"), { recursive: true });
  const work = mkdtempSync(`${folder}.`);
  try {
    const name = packageName(flavour);
    run("apt-get", ["download", "-q", "-o", "APT::Sandbox::User=root", name], work);
    const deb = readdirSync(work).find((file) => file.endsWith(".deb"));
    run("dpkg-deb", ["-x", deb ?? name, "unpacked"], work);
    const root = join(work, "unpacked");
    const release = readdirSync(join(root, "lib/modules"))[0] ?? "";
    // The package has no modules.dep: its maintainer script runs depmod on the installed system.
    run("depmod", ["-b", root, release], work);
    if (!existsSync(folder)) renameSync(root, folder);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The versioned package behind Debian's meta package, such as linux-image-6.1.0-56-amd64. */
function packageName(flavour: KernelFlavour): string {
  const answer = run("apt-cache", ["depends", `linux-image-${flavour}`], CACHE);
  const name = /Depends: (linux-image-\S+)/.exec(answer)?.[1];
  if (name === undefined) {
    throw new HoldfastError("noDevice", `apt-cache knows no kernel behind linux-image-${flavour}`, {
      next: "Run apt-get update as root.",
    });
  }
  return name;
}

function run(command: string, args: readonly string[], cwd: string): string {
  // depmod lies in /sbin, which an ordinary user's PATH leaves out on Debian.
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: "C" };
  try {
    return execFileSync(command, args, { cwd, env, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    throw new HoldfastError("system", `${command} ${args.join(" ")} failed: ${messageOf(error)}`, {
      next: "Run sh src/build/setup.sh test to install what is missing.",
      cause: error,
    });
  }
}
