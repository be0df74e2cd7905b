import { copyFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { cachedFile, type Inputs } from "../../src/build/cached.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { run } from "../../src/build/run.ts";
import { install, modulesOf, prepareKernel, prepareSystem } from "./debian-install.ts";
import { debianPackage } from "./debian-machine.ts";
import { DebianRoot, debianTar } from "./debian-root.ts";
import { emptyImage, gptDisk } from "./gpt-disk.ts";

/** A Debian with cryptsetup, LVM and plymouth in its initramfs. */
export interface DebianStorage {
  readonly kernel: string;
  /** With Holdfast as the package configures it: nothing is said of slots. */
  readonly initramfs: string;
  /** A root, swap, and an empty partition for /state: nothing that looks like slots. */
  readonly disk: string;
}

export async function debianStorage(): Promise<DebianStorage> {
  const { release, vmlinuz } = debianKernel("amd64");
  const deb = await debianPackage();
  const own = ["debian-storage.ts", "debian-install.ts", "debian-root.ts", "gpt-disk.ts"];
  const inputs: Inputs = {
    text: [release],
    files: [
      ...own.map((name) => join(import.meta.dirname, name)),
      join(PROJECT, "src/build/demo-root/agent.sh"),
      await debianTar("storage"),
      deb,
    ],
  };
  let debian: DebianRoot | null = null;
  const initrd = `boot/initrd.img-${release}`;
  const made = async () => {
    debian ??= await installed(deb);
    return debian;
  };
  try {
    const initramfs = await cachedFile("debian-storage.initramfs", inputs, async (out) => {
      const root = await made();
      root.run(`update-initramfs -c -k ${release}`, modulesOf());
      copyFileSync(root.path(initrd), out);
    });
    const disk = await cachedFile("debian-storage.img", inputs, async (out) => {
      const root = await made();
      rmSync(root.path(initrd), { force: true });
      layDisk(out, root);
    });
    return { kernel: vmlinuz, initramfs, disk };
  } finally {
    (debian as DebianRoot | null)?.remove();
  }
}

async function installed(deb: string): Promise<DebianRoot> {
  const root = await DebianRoot.create("storage");
  prepareKernel(root);
  install(root, deb, null);
  // No volume is there while the image is made, from which cryptsetup's hook would know that it is needed.
  root.write("etc/cryptsetup-initramfs/conf-hook", "CRYPTSETUP=y\n");
  prepareSystem(root);
  return root;
}

function layDisk(image: string, root: DebianRoot): void {
  const part = (name: string) => `${image}.${name}`;
  const uuid = "-U6f6c6466-6173-4074-8000-0000000000d2";
  try {
    run("mkfs.erofs", ["-zlz4", "-C65536", "-T0", uuid, "--quiet", part("system"), root.folder]);
    emptyImage(part("swap"), 16);
    run("mkswap", ["-q", part("swap")]);
    emptyImage(part("state"), 96);
    const names = ["system", "swap", "state"];
    gptDisk(
      image,
      names.map((name) => ({ name, file: part(name) })),
    );
  } finally {
    for (const name of ["system", "swap", "state"]) rmSync(part(name), { force: true });
  }
}
