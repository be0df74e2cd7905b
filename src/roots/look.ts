import { mkdirSync, rmdirSync, symlinkSync, unlinkSync } from "node:fs";
import { join } from "node:path";
import type { Verity } from "../domain/plan.ts";
import { lastingMountOf } from "../linux/look-folder.ts";
import { clearMounts, mountReadOnly, unmountAndRemove } from "../linux/mounts.ts";
import { isThere, MERGED } from "./furnish.ts";
import { checkVerity, closeVerity, corrupt, isCorrupt, openVerity } from "./verity.ts";

/** An image that is mounted for a moment, to be looked at. */
export interface Look {
  readonly id: string;
  readonly device: string;
  readonly fstype: string;
  /** What it is mounted with besides, such as "subvol=root"; nothing when missing. */
  readonly mountOptions?: string;
  readonly verity: Verity | null;
  /** Anything but null where the image is only /usr. */
  readonly base: unknown;
  /** A folder of ours that it is mounted on. */
  readonly folder: string;
}

/** Keeps a look inside from replaying a journal, which would write to a root that may be the last good one. */
export const NO_REPLAY: Readonly<Record<string, string>> = {
  ext4: "noload",
  btrfs: "rescue=nologreplay",
  f2fs: "disable_roll_forward",
  xfs: "norecovery",
};

/**
 * Runs `use` with the tree of an image as the running system would see it: /usr lies in a root that has the
 * links into it. With verity everything goes through the kernel's proof, and what it finds wrong is the error.
 */
export async function withTree<T>(look: Look, use: (tree: string) => T | Promise<T>): Promise<T> {
  const { id, device, verity, folder } = look;
  clearMounts(folder);
  if (verity === null) return withMount(look, device, use);
  const name = `holdfast-${id}`;
  const mapped = openVerity(name, device, verity);
  try {
    const result = await withMount(look, mapped, use);
    checkVerity(name);
    return result;
  } catch (error) {
    throw isCorrupt(name) ? corrupt(look.base === null ? "root" : "usr") : error;
  } finally {
    closeVerity(name);
  }
}

async function withMount<T>(look: Look, device: string, use: (tree: string) => T | Promise<T>): Promise<T> {
  const { folder, fstype, base, mountOptions = "" } = look;
  const options = ["nosuid,nodev,noexec", NO_REPLAY[fstype], mountOptions].join(",");
  if (base !== null) return withUsr(folder, (usr) => mountReadOnly(device, usr, fstype, options), use);
  const mounted = lastingMountOf(device);
  if (mounted !== null && mountOptions === "") return use(mounted);
  mountReadOnly(device, folder, fstype, options);
  try {
    return await use(folder);
  } finally {
    unmountAndRemove(folder);
  }
}

/** A root of nothing but links into /usr, for as long as `use` runs. */
async function withUsr<T>(
  root: string,
  mount: (usr: string) => void,
  use: (tree: string) => T | Promise<T>,
): Promise<T> {
  const usr = join(root, "usr");
  mkdirSync(usr, { recursive: true });
  const links = MERGED.map((name) => ({ path: join(root, name), target: `usr/${name}` }));
  for (const { path, target } of links) if (!isThere(path)) symlinkSync(target, path);
  try {
    mount(usr);
    try {
      return await use(root);
    } finally {
      unmountAndRemove(usr);
    }
  } finally {
    for (const { path } of links) unlinkSync(path);
    rmdirSync(root);
  }
}
