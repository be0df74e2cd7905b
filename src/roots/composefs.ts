import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { encodeDictionary } from "../bytes/gvariant-dictionary.ts";
import { RUN_DIR } from "../domain/plan.ts";
import { openLoop } from "../linux/loop.ts";
import { mountReadOnly, unmountAndRemove } from "../linux/mounts.ts";
import { MS, mount, SystemCallError } from "../linux/syscalls.ts";

/** Where the image's own tree is until the overlay holds it. */
const METADATA = `${RUN_DIR}/composefs`;
/** As libcomposefs mounts it: the image names the file of each content, and where it lies among the objects. */
const WORDS = "redirect_dir=on,metacopy=on";

/**
 * Mounts the tree that a composefs image describes, with the contents of its files out of the folder `objects`,
 * read-only. Nothing is proved: where fs-verity shall prove it, its own initramfs mounts it.
 */
export function mountComposefs(image: string, objects: string, target: string): void {
  const loop = openLoop(image);
  try {
    mountReadOnly(loop.device, METADATA, "erofs", "");
  } finally {
    // Once it is mounted the device goes with the mount.
    loop.close();
  }
  try {
    mkdirSync(target, { recursive: true });
    mountLayers(objects, target);
  } finally {
    unmountAndRemove(METADATA);
  }
}

function mountLayers(objects: string, target: string): void {
  const lay = (separator: string) =>
    mount("composefs", target, "overlay", MS.rdonly, `lowerdir=${METADATA}${separator}${objects},${WORDS}`);
  try {
    lay("::");
  } catch (error) {
    // Kernels before 6.5 know no layer that only has data; images for them hide the names of its folders.
    if (!(error instanceof SystemCallError) || error.code !== "EINVAL") throw error;
    lay(":");
  }
}

/**
 * Tells OSTree in the running system which deployment it is: device and inode of its folder, in the byte order of this
 * machine (ostree: src/libotcore/otcore.h), as the root itself is an overlay that says nothing.
 */
export function writeBooted(file: string, deployment: string): void {
  const { dev, ino } = statSync(deployment, { bigint: true });
  const pair = Buffer.from(new BigUint64Array([dev, ino]).buffer);
  mkdirSync(dirname(file), { recursive: true });
  const facts = {
    "backing-root-device-inode": { type: "(tt)", bytes: pair },
    composefs: { type: "b", bytes: Buffer.from([1]) },
  };
  writeFileSync(file, encodeDictionary(facts));
}
