import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { type FileSystem, MAGIC_SPAN, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { parseOsRelease } from "../bytes/os-release.ts";
import { messageOf } from "../domain/errors.ts";
import type { Entry, OsRelease } from "../domain/slot.ts";
import { mountPointOf } from "../linux/mount-table.ts";
import { resolveInside } from "./resolve.ts";

/** The part of a slot's place that says where its root is. */
export interface RootPlace {
  readonly id: string;
  readonly device: string | null;
  readonly fstype: string | null;
  readonly problem: string | null;
}

/** What the root says about itself and how it can be entered; `entryReason` is null for `switch-root`. */
export interface RootDescription {
  readonly entry: Entry | null;
  readonly entryReason: string | null;
  readonly fstype: string | null;
  readonly os: OsRelease | null;
}

export interface RootQuestion {
  /** Release of the running kernel. */
  readonly kernel: string;
  /** The real root's init, as an absolute path in it. */
  readonly init: string;
  /** Whether the running kernel needs modules: it has loaded some. */
  readonly usesModules: boolean;
  /** The bootloader started this slot, so the running kernel is the slot's own. */
  readonly ownKernel: boolean;
  /** Directory under which roots are mounted for the look inside. */
  readonly workDir: string;
}

function blocked(why: string, fstype: string | null = null): RootDescription {
  return { entry: null, entryReason: asSentence(why), fstype, os: null };
}

/** Other sentences stand beside it in the menu. */
function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/[^.!?]$/, "$&.");
}

/**
 * Looks into the root of a slot: mounts it read-only (or uses the mount that is there), reads os-release and
 * compares kernel modules. A root that cannot be opened is described with the reason; this never throws.
 */
export async function describeRoot(place: RootPlace, question: RootQuestion): Promise<RootDescription> {
  if (place.device === null) return blocked(place.problem ?? "It has no device node here.");
  if (process.getuid?.() !== 0) return blocked("Only root can look into it.");
  try {
    const fstype = place.fstype ?? fileSystemOf(place.device);
    if (fstype === null) return blocked(`${place.device} holds no file system that Holdfast knows.`);
    const target = join(question.workDir, place.id);
    return await withTree(place.device, fstype, target, (tree) => describeTree(tree, fstype, question));
  } catch (error) {
    return blocked(`It cannot be opened: ${messageOf(error)}`, place.fstype);
  }
}

/** The file system on a device, by its magic; null when none is known. */
export function fileSystemOf(device: string): FileSystem | null {
  return sniffFileSystem(startOf(device));
}

/** The first bytes of a device, as many as the superblocks of all known file systems lie in. */
export function startOf(device: string): Uint8Array {
  const fd = openSync(device, "r");
  try {
    const start = Buffer.alloc(MAGIC_SPAN);
    return start.subarray(0, readSync(fd, start, 0, MAGIC_SPAN, 0));
  } finally {
    closeSync(fd);
  }
}

/** Keeps a look inside from replaying a journal, which would write to a root that may be the last good one. */
const NO_REPLAY: Readonly<Record<string, string>> = {
  ext4: "noload",
  btrfs: "rescue=nologreplay",
  f2fs: "disable_roll_forward",
};

/** Shows `use` the root on a device: where it is mounted, or mounted on `target` read-only for so long. */
export async function withTree<T>(
  device: string,
  fstype: string,
  target: string,
  use: (tree: string) => T | Promise<T>,
): Promise<T> {
  const { mountReadOnly, unmountAndRemove } = await import("../linux/mounts.ts");
  const mounted = mountPointOf(device);
  if (mounted !== null) return use(mounted);
  mountReadOnly(device, target, fstype, ["nosuid,nodev,noexec", NO_REPLAY[fstype]].join(","));
  try {
    return await use(target);
  } finally {
    unmountAndRemove(target);
  }
}

/** Describes a root whose tree lies at `tree`. */
export function describeTree(tree: string, fstype: string, question: RootQuestion): RootDescription {
  const os = readOsRelease(tree);
  if (resolveInside(tree, question.init) === null) {
    return { entry: null, entryReason: `It has no init at ${question.init}.`, fstype, os };
  }
  const theirs = modulesOf(tree);
  // A system without modules is made for a kernel that has everything built in, as this one seems to have.
  const needsNone = theirs.length === 0 && !question.usesModules;
  if (question.ownKernel || needsNone || theirs.includes(question.kernel)) {
    return { entry: "switch-root", entryReason: null, fstype, os };
  }
  return { entry: "reboot", entryReason: modulesReason(theirs, question.kernel), fstype, os };
}

const MODULE_DIRS = ["usr/lib/modules", "lib/modules"] as const;

/** Releases of the kernels that a root has modules for. */
function modulesOf(tree: string): readonly string[] {
  const directories = MODULE_DIRS.flatMap((directory) => resolveInside(tree, directory) ?? []);
  return [...new Set(directories.flatMap((directory) => readdirSync(directory)))].sort();
}

function modulesReason(theirs: readonly string[], kernel: string): string {
  if (theirs.length === 0) return `It has no kernel modules; this kernel is ${kernel}.`;
  return `Its kernel modules are for ${theirs.join(", ")}, this kernel is ${kernel}.`;
}

/** os-release of a tree, /etc before /usr/lib as os-release(5) has it; null when there is none. */
export function readOsRelease(tree: string): OsRelease | null {
  for (const path of ["etc/os-release", "usr/lib/os-release"]) {
    const file = resolveInside(tree, path);
    if (file === null) continue;
    const values = parseOsRelease(readFileSync(file, "utf8"));
    const version = values.get("IMAGE_VERSION") ?? values.get("VERSION_ID") ?? values.get("VERSION");
    return { name: values.get("NAME") ?? "Linux", version: version ?? null };
  }
  return null;
}
