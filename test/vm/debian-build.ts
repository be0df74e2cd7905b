import { rmSync } from "node:fs";
import { join } from "node:path";
import { cachedFile, type Inputs } from "../../src/build/cached.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { type DebianKind, type DebianRoot, debianTar } from "./debian-root.ts";

/** A file made out of an installed Debian root, in the cache. */
export type FileOf = (name: string, make: (root: DebianRoot, out: string) => void) => Promise<string>;

/** A Debian root, and what it depends on besides its kind and the kernel. */
export interface DebianRecipe {
  readonly kind: DebianKind;
  readonly inputs: Inputs;
  install(): Promise<DebianRoot>;
}

/** Makes files out of one Debian root, which is installed only when one of them is not in the cache. */
export async function debianBuild<T>(recipe: DebianRecipe, use: (fileOf: FileOf) => Promise<T>): Promise<T> {
  const own = ["debian-build.ts", "debian-install.ts", "debian-openrc.ts", "debian-root.ts"];
  const inputs: Inputs = {
    text: [debianKernel("amd64").release, ...recipe.inputs.text],
    files: [
      ...own.map((name) => join(import.meta.dirname, name)),
      join(PROJECT, "src/build/demo-root/agent.sh"),
      await debianTar(recipe.kind),
      ...recipe.inputs.files,
    ],
  };
  let debian: DebianRoot | null = null;
  const fileOf: FileOf = (name, make) =>
    cachedFile(name, inputs, async (out) => {
      debian ??= await recipe.install();
      make(debian, out);
    });
  try {
    return await use(fileOf);
  } finally {
    (debian as DebianRoot | null)?.remove();
  }
}

/** Where the root has its initramfs. */
export function initramfsIn(root: DebianRoot): string {
  return root.path(`boot/initrd.img-${debianKernel("amd64").release}`);
}

/** The root's file system, without the initramfs, which is handed to the machine beside it. */
export function systemImage(root: DebianRoot, out: string): void {
  rmSync(initramfsIn(root), { force: true });
  const uuid = "-U6f6c6466-6173-4074-8000-0000000000d1";
  run("mkfs.erofs", ["-zlz4", "-C65536", "-T0", uuid, "--quiet", out, root.folder]);
}
