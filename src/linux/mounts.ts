import { mkdirSync, rmdirSync } from "node:fs";
import { mountsBelow } from "./mount-table.ts";
import { MS, mount, unmount } from "./syscalls.ts";

/** Mount words that are flags of mount(2) and not options of the file system. */
const FLAGS: Readonly<Record<string, number>> = {
  ro: MS.rdonly,
  nosuid: MS.nosuid,
  nodev: MS.nodev,
  noexec: MS.noexec,
  noatime: MS.noatime,
};
/** Words that change nothing when a file system is mounted once. */
const NEUTRAL = new Set(["defaults", "rw", ""]);

/** Splits the comma-separated words of a mount table into flags and the file system's own options. */
export function splitOptions(options: string): { flags: number; rest: string } {
  const words = options.split(",").map((word) => word.trim());
  const flags = words.reduce((sum, word) => sum | (FLAGS[word] ?? 0), 0);
  const rest = words.filter((word) => FLAGS[word] === undefined && !NEUTRAL.has(word)).join(",");
  return { flags, rest };
}

/** Mounts a file system read-only, whatever `options` say besides. */
export function mountReadOnly(device: string, target: string, fstype: string, options: string): void {
  const { flags, rest } = splitOptions(options);
  mkdirSync(target, { recursive: true });
  mount(device, target, fstype, flags | MS.rdonly, rest);
}

/** Mounts a file system that is going to be written, unless `options` say "ro". */
export function mountWritable(device: string, target: string, fstype: string, options: string): void {
  const { flags, rest } = splitOptions(options);
  mkdirSync(target, { recursive: true });
  mount(device, target, fstype, flags, rest);
}

/** Unmounts `target` and removes the directory when it is empty then. */
export function unmountAndRemove(target: string): void {
  unmount(target);
  try {
    rmdirSync(target);
  } catch {
    // Somebody else uses the directory; it does no harm.
  }
}

/** Takes away what an earlier attempt of ours left mounted at `target` and below. */
export function clearMounts(target: string): void {
  for (const { target: mounted } of mountsBelow(target).reverse()) unmount(mounted);
}
