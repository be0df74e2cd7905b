import { closeSync, openSync, readSync } from "node:fs";
import { FatVolume } from "../bytes/fat.ts";
import type { ExactReader } from "../bytes/uki.ts";
import { codeOf, HoldfastError } from "../domain/errors.ts";
import { type EntryTree, MAX_TEXT } from "./entry-files.ts";

/** A boot partition in a disk or image that nobody has mounted, opened for reading. */
export interface OpenedFat extends EntryTree {
  close(): void;
}

/** Opens the FAT volume at byte `start` of `file`; `name` stands for it in messages, such as "disk.img#1". */
export function openFat(file: string, start: number, name: string): OpenedFat {
  const fd = open(file);
  try {
    const volume = new FatVolume(readerOf(fd, start, name), name);
    return { ...treeOf(volume, name), close: () => closeSync(fd) };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function treeOf(volume: FatVolume, name: string): EntryTree {
  const list = (folder: string) => volume.list(folder.slice(name.length)) ?? [];
  const fileAt = (path: string) => {
    const cut = path.lastIndexOf("/");
    const found = list(path.slice(0, cut)).find((entry) => entry.name === path.slice(cut + 1));
    if (found !== undefined && !found.isFolder) return found;
    throw new HoldfastError("badStore", `${path} cannot be read: it is no file`);
  };
  return {
    folder: (path) => (volume.list(path) === null ? null : `${name}/${path}`),
    names: (folder) =>
      list(folder)
        .map((entry) => entry.name)
        .sort(),
    text(path) {
      const entry = fileAt(path);
      if (entry.size <= MAX_TEXT) return volume.reader(entry)(0, entry.size).toString("utf8");
      throw new HoldfastError("badStore", `${path} has ${entry.size} bytes, at most ${MAX_TEXT} are right`);
    },
    withReader: (path, use) => use(volume.reader(fileAt(path))),
  };
}

function readerOf(fd: number, start: number, name: string): ExactReader {
  return (offset, length) => {
    const bytes = Buffer.alloc(length);
    if (readAt(fd, bytes, start + offset, name) === length) return bytes;
    throw new HoldfastError("badStore", `${name} ends before byte ${offset + length}`);
  };
}

function readAt(fd: number, bytes: Buffer, at: number, name: string): number {
  try {
    return readSync(fd, bytes, 0, bytes.length, at);
  } catch (cause) {
    throw new HoldfastError("badStore", `${name} cannot be read: ${codeOf(cause)}`, { cause });
  }
}

function open(file: string): number {
  try {
    return openSync(file, "r");
  } catch (cause) {
    throw new HoldfastError("noDevice", `${file} cannot be opened to read: ${codeOf(cause)}`, { cause });
  }
}
