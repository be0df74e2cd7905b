import {
  closeSync,
  fsyncSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  renameSync,
  statSync,
} from "node:fs";
import { join } from "node:path";
import { bufferReader, type ExactReader } from "../bytes/uki.ts";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { renameNoReplace, SystemCallError, syncFileSystem } from "./syscalls.ts";

/**
 * The files of a boot partition, as far as entries are read: mounted somewhere, or inside an image. Folders
 * and files go by paths that `folder` answered and that stand in messages.
 */
export interface EntryTree {
  /** The folder at a path below the root; null when there is none. Case does not count, as on FAT. */
  folder(path: string): string | null;
  /** Names in a folder, sorted. */
  names(folder: string): string[];
  text(file: string): string;
  withReader<T>(file: string, use: (read: ExactReader) => T): T;
}

/** The tree of a boot partition that is mounted at `root`. */
export function mountedTree(root: string): EntryTree {
  return { folder: (path) => findFolder(root, path), names: namesIn, text: readText, withReader };
}

/** Largest loader.conf or entry that is read; real ones have a few hundred bytes. */
export const MAX_TEXT = 256 * 1024;

/**
 * A folder of a boot partition with the names in it. FAT has no case, so folders are found and names are
 * compared without it, also where a test's file system has one. Null when there is no such folder.
 */
function findFolder(root: string, path: string): string | null {
  let folder = root;
  for (const part of path.split("/")) {
    const found = namesIn(folder).find((name) => name.toLowerCase() === part.toLowerCase());
    if (found === undefined) return null;
    folder = join(folder, found);
  }
  return folder;
}

/** Names in a folder; none when it is not there. Throws `badStore` when it cannot be read. */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch (cause) {
    if (codeOf(cause) === "ENOENT" || codeOf(cause) === "ENOTDIR") return [];
    throw new HoldfastError("badStore", `${folder} cannot be read: ${codeOf(cause)}`, { cause });
  }
}

/** Text of a small file; throws `badStore` when it cannot be read or is no small file. */
function readText(path: string): string {
  return reading(path, () => {
    const { size } = statSync(path);
    if (size <= MAX_TEXT) return readFileSync(path, "utf8");
    throw new HoldfastError("badStore", `${path} has ${size} bytes, at most ${MAX_TEXT} are right`);
  });
}

/** Runs `use` with a reader of parts of a large file. */
function withReader<T>(path: string, use: (read: ExactReader) => T): T {
  return reading(path, () => {
    const fd = openSync(path, "r");
    try {
      return use((offset, length) => {
        const bytes = Buffer.alloc(length);
        const found = bytes.subarray(0, readSync(fd, bytes, 0, length, offset));
        return found.length === length ? found : bufferReader(found, path)(0, length);
      });
    } finally {
      closeSync(fd);
    }
  });
}

/**
 * Gives a file of `folder` another name, never one that is taken, and waits until that is on the medium: the
 * order of systemd-bless-boot, which is rename, sync of the folder, sync of the file system.
 */
export function renameDurably(folder: string, from: string, to: string): void {
  const taken = namesIn(folder).find((name) => name.toLowerCase() === to.toLowerCase());
  if (taken !== undefined) throw takenName(folder, from, taken);
  try {
    renameWithoutReplacing(join(folder, from), join(folder, to));
    const fd = openSync(folder, "r");
    try {
      fsyncSync(fd);
      syncFileSystem(fd, folder);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    throw lost(folder, from, to, cause);
  }
  const names = namesIn(folder);
  if (names.includes(to) && !names.includes(from)) return;
  throw new HoldfastError(
    "notReadBack",
    `${folder}: ${from} was renamed to ${to}, but that is not what it holds`,
  );
}

function renameWithoutReplacing(from: string, to: string): void {
  try {
    renameNoReplace(from, to);
  } catch (error) {
    // File systems that have no such flag; that the name is free was seen a moment ago.
    if (!(error instanceof SystemCallError && ["EINVAL", "ENOSYS"].includes(error.code))) throw error;
    renameSync(from, to);
  }
}

function takenName(folder: string, from: string, taken: string): HoldfastError {
  return new HoldfastError("refused", `${folder}: ${from} cannot be renamed, ${taken} is there too`, {
    next: `remove the one of the two that is not wanted`,
  });
}

function lost(folder: string, from: string, to: string, cause: unknown): HoldfastError {
  const code = codeOf(cause);
  const what = `${folder}: ${from} could not be renamed to ${to}: ${code}`;
  const next = "mount the boot partition writable, or run as root";
  if (code === "EEXIST") return takenName(folder, from, to);
  if (["EROFS", "EACCES", "EPERM"].includes(code)) return new HoldfastError("refused", what, { next, cause });
  return new HoldfastError("notReadBack", what, { cause });
}

function reading<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError("badStore", `${path} cannot be read: ${codeOf(cause)}`, { cause });
  }
}
