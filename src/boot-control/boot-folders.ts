import { closeSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { DiskMode } from "../linux/disk.ts";
import type { OpenedFat } from "../linux/fat-tree.ts";
import { mountPointOf } from "../linux/mount-table.ts";
import type { BootRoot } from "./boot-entries.ts";

/** Boot partitions that can be reached: the ESP, then XBOOTLDR if there is one. */
export interface BootFolders {
  readonly roots: readonly BootRoot[];
  close(): Promise<void>;
}

/** Makes the boot partitions' files reachable for as long as one reading or one change takes. */
export type BootFoldersOpener = (mode: DiskMode) => Promise<BootFolders>;

/** An opener for partitions that are mounted already, or for folders that stand in for them. */
export function mountedFolders(roots: readonly string[]): BootFoldersOpener {
  return async () => ({ roots, close: async () => {} });
}

/** Where a FAT volume lies that nobody has mounted. */
export interface FatPlace {
  /** Disk or image. */
  readonly file: string;
  /** In bytes. */
  readonly start: number;
  /** What it is called in messages. */
  readonly name: string;
}

/** An opener for volumes that are only read, as an ordinary user can; throws `refused` for a change. */
export function unmountedFolders(places: readonly FatPlace[]): BootFoldersOpener {
  return async (mode) => {
    if (mode !== "read") {
      throw new HoldfastError("refused", `the boot entries in ${places[0]?.file} can only be read here`, {
        next: "change them in the system that the disk belongs to, or mount its ESP and rename the entry",
      });
    }
    const { openFat } = await import("../linux/fat-tree.ts");
    const trees: OpenedFat[] = [];
    const close = async () => {
      for (const tree of trees.splice(0)) tree.close();
    };
    try {
      for (const { file, start, name } of places) trees.push(openFat(file, start, name));
      return { roots: [...trees], close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/**
 * An opener for block devices: a mount that is there is used; otherwise the partition is mounted below
 * `workDir`, writable only for a change, and unmounted on close. Only one Holdfast at a time has them open:
 * a file system cannot be mounted for reading and for writing at once. Throws `noDevice` when one cannot be
 * mounted, and `refused` when another Holdfast does not let go.
 */
export function bootPartitions(devices: readonly string[], workDir: string): BootFoldersOpener {
  return async (mode) => {
    const unlock = await lock(workDir);
    const ours: string[] = [];
    const close = async () => {
      const { unmountAndRemove } = await import("../linux/mounts.ts");
      try {
        for (const target of ours.splice(0).reverse()) unmountAndRemove(target);
      } finally {
        unlock();
      }
    };
    try {
      const roots: string[] = [];
      for (const [index, device] of devices.entries()) {
        const target = join(workDir, `boot${index}`);
        const root = await reach(device, target, mode);
        if (root === target) ours.push(target);
        roots.push(root);
      }
      return { roots, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}

/** Where the partition is mounted, or is mounted now; what a killed Holdfast left at `target` goes first. */
async function reach(device: string, target: string, mode: DiskMode): Promise<string> {
  const { mountReadOnly, mountWritable, unmountAndRemove } = await import("../linux/mounts.ts");
  try {
    if (mountPointOf(device) === target) unmountAndRemove(target);
    const mounted = mountPointOf(device);
    if (mounted !== null) return mounted;
    const mount = mode === "read" ? mountReadOnly : mountWritable;
    mount(device, target, "vfat", "nosuid,nodev,noexec,umask=0077");
    return target;
  } catch (cause) {
    throw new HoldfastError("noDevice", `the boot partition cannot be reached: ${messageOf(cause)}`, {
      next: "this needs root, and a kernel with vfat and its code page (nls_cp437, nls_ascii)",
      cause,
    });
  }
}

/** Longest that another Holdfast is waited for, in steps of 50 ms. */
const LOCK_STEPS = 200;

/** Takes the lock beside the mounts; answers how to give it back. */
async function lock(workDir: string): Promise<() => void> {
  const { tryLock } = await import("../linux/syscalls.ts");
  const path = join(workDir, "lock");
  const fd = openLock(workDir, path);
  if (fd === null) return () => {};
  for (let step = 0; step < LOCK_STEPS; step++) {
    if (tryLock(fd, path)) return () => closeSync(fd);
    await pause(50);
  }
  closeSync(fd);
  throw new HoldfastError("refused", "another Holdfast has the boot partition open", {
    next: "wait until it is done and try again",
  });
}

/** Null for an ordinary user, who can neither mount nor write: partitions that are mounted can be read. */
function openLock(workDir: string, path: string): number | null {
  try {
    mkdirSync(workDir, { recursive: true });
    return openSync(path, "w", 0o600);
  } catch {
    return null;
  }
}
