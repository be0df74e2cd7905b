import { closeSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { type FileSystem, MAGIC_SPAN, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { parseOsRelease } from "../bytes/os-release.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { LUKS_TYPE, type OwnKernel, type Verity } from "../domain/plan.ts";
import type { Entry, OsRelease } from "../domain/slot.ts";
import { resolveInside } from "./resolve.ts";

/** The part of a slot's place that says where its root is. */
export interface RootPlace {
  readonly id: string;
  readonly device: string | null;
  readonly fstype: string | null;
  readonly verity: Verity | null;
  /** The root around an image that is only /usr; null where the image is the root itself. */
  readonly base: { readonly device: string; readonly fstype: string | null } | null;
  readonly problem: string | null;
}

/** What the root says about itself and how it can be entered; `entryReason` is null for `switch-root`. */
export interface RootDescription {
  readonly entry: Entry | null;
  readonly entryReason: string | null;
  readonly fstype: string | null;
  /** Whether its proof failed: it is not what it was made as, so it is marked bad. */
  readonly damaged: boolean;
  /** File system of the root around /usr; null where there is none. */
  readonly baseFstype: string | null;
  readonly os: OsRelease | null;
  /** Releases of the kernels that it has modules for. */
  readonly releases: readonly string[];
  /** What `kexec` starts. */
  readonly kernel?: OwnKernel;
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

/** A root that cannot be entered, with the reason. */
export function blocked(why: string, fstype: string | null = null): RootDescription {
  const nothing = { damaged: false, baseFstype: null, os: null, releases: [] };
  return { entry: null, entryReason: asSentence(why), fstype, ...nothing };
}

/** Other sentences stand beside it in the menu. */
function asSentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}`.replace(/[^.!?]$/, "$&.");
}

/**
 * Looks into the root of a slot: mounts it read-only (or uses the mount that is there), through dm-verity where
 * that proves it, reads os-release and compares kernel modules. A root that cannot be opened is described with
 * the reason; this never throws.
 */
export async function describeRoot(place: RootPlace, question: RootQuestion): Promise<RootDescription> {
  const { device, base } = place;
  if (device === null) return blocked(place.problem ?? "It has no device node here.");
  if (process.getuid?.() !== 0) return blocked("Only root can look into it.");
  try {
    const fstype = place.fstype ?? fileSystemOf(device);
    if (fstype === null) return blocked(`${device} holds no file system that Holdfast knows.`);
    const baseFstype = base === null ? null : (base.fstype ?? (await typeOfBase(base.device)));
    if (base !== null && baseFstype === null) {
      return blocked(`${base.device}, the root around its /usr, holds no file system that Holdfast knows.`);
    }
    const { withTree } = await import("./look.ts");
    const look = { ...place, device, fstype, folder: join(question.workDir, place.id) };
    const description = await withTree(look, (tree) => describeTree(tree, fstype, question));
    return { ...description, baseFstype };
  } catch (error) {
    if (error instanceof HoldfastError && error.kind === "damaged") {
      return { ...blocked(error.message, place.fstype), damaged: true };
    }
    return blocked(`It cannot be opened: ${messageOf(error)}`, place.fstype);
  }
}

/** The file system of the root around a /usr, or that it is an encrypted one; null for neither. */
async function typeOfBase(device: string): Promise<string | null> {
  const found = fileSystemOf(device);
  if (found !== null) return found;
  const { isOpenToAll } = await import("./encrypted-base.ts");
  return (await isOpenToAll(device)) ? LUKS_TYPE : null;
}

/** The file system on a device, by its magic; null when none is known. */
export function fileSystemOf(device: string): FileSystem | null {
  return sniffFileSystem(startOf(device));
}

/** The first bytes of a device; when not said, as many as tell all known file systems apart. */
export function startOf(device: string, span = MAGIC_SPAN): Uint8Array {
  const fd = openSync(device, "r");
  try {
    const start = Buffer.alloc(span);
    return start.subarray(0, readSync(fd, start, 0, span, 0));
  } finally {
    closeSync(fd);
  }
}

/** Describes a root whose tree lies at `tree`. */
export function describeTree(tree: string, fstype: string, question: RootQuestion): RootDescription {
  const theirs = modulesOf(tree);
  const found = { fstype, damaged: false, baseFstype: null, os: readOsRelease(tree), releases: theirs };
  if (resolveInside(tree, question.init) === null) {
    return { entry: null, entryReason: `It has no init at ${question.init}.`, ...found };
  }
  // A system without modules is made for a kernel that has everything built in, as this one seems to have.
  const needsNone = theirs.length === 0 && !question.usesModules;
  if (question.ownKernel || needsNone || theirs.includes(question.kernel)) {
    return { entry: "switch-root", entryReason: null, ...found };
  }
  return { entry: "reboot", entryReason: modulesReason(theirs, question.kernel), ...found };
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
