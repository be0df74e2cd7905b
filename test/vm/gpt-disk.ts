import {
  closeSync,
  mkdtempSync,
  openSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../../src/build/run.ts";

export const ESP_TYPE = "C12A7328-F81F-11D2-BA4B-00A0C93EC93B";
export const MIB = 1024 * 1024;
const LINUX_TYPE = "0FC63DAF-8483-4772-8E79-3D69D8477DE4";

/** A partition with the bytes of a host's file. */
export interface Partition {
  readonly name: string;
  readonly file: string;
  /** Type GUID; Linux's own when missing. */
  readonly type?: string;
}

/** A file of a FAT file system: a host's file, or a text. */
export type FatFile = { readonly file: string } | { readonly text: string };

/** Makes a GPT disk in a file, with its partitions one after the other, each at the next whole MiB from 1 on. */
export function gptDisk(image: string, partitions: readonly Partition[]): void {
  const sizes = partitions.map(({ file }) => Math.ceil(statSync(file).size / MIB));
  const starts = sizes.map((_, index) => 1 + sizes.slice(0, index).reduce((sum, size) => sum + size, 0));
  emptyImage(image, 2 + sizes.reduce((sum, size) => sum + size, 0));
  const lines = partitions.map(
    ({ name, type }, index) =>
      `start=${starts[index]}MiB, size=${sizes[index]}MiB, type=${type ?? LINUX_TYPE}, name=${name}\n`,
  );
  run("sfdisk", ["--quiet", "--no-reread", "--no-tell-kernel", image], `label: gpt\n${lines.join("")}`);
  for (const [index, { file }] of partitions.entries()) {
    const place = [`of=${image}`, "bs=1M", `seek=${starts[index]}`, "conv=notrunc,sparse", "status=none"];
    run("dd", [`if=${file}`, ...place]);
  }
}

/** Puts a partition with these bytes behind the others of a disk; `type` is Linux's own when missing. */
export function appendPartition(disk: string, name: string, file: string, type = LINUX_TYPE): void {
  const start = Math.ceil(statSync(disk).size / MIB);
  const size = Math.ceil(statSync(file).size / MIB);
  truncateSync(disk, (start + size + 1) * MIB);
  const place = [`--new=0:${start}M:+${size}M`, `--typecode=0:${type}`, `--change-name=0:${name}`];
  run("sgdisk", ["--move-second-header", ...place, disk]);
  run("dd", [`if=${file}`, `of=${disk}`, "bs=1M", `seek=${start}`, "conv=notrunc,sparse", "status=none"]);
}

/** Makes a FAT file system with these files by mtools, which needs no root. */
export function fatImage(image: string, mib: number, files: Readonly<Record<string, FatFile>>): void {
  emptyImage(image, mib);
  run("mkfs.vfat", ["--invariant", ...(mib > 32 ? ["-F", "32"] : []), image]);
  for (const folder of foldersOf(Object.keys(files))) run("mmd", ["-i", image, `::/${folder}`]);
  const work = mkdtempSync(join(tmpdir(), "holdfast-fat-"));
  try {
    for (const [path, content] of Object.entries(files)) put(image, path, content, join(work, "text"));
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function put(image: string, path: string, content: FatFile, text: string): void {
  if ("text" in content) writeFileSync(text, content.text);
  run("mcopy", ["-o", "-i", image, "file" in content ? content.file : text, `::/${path}`]);
}

/** Folders of these paths, parents first: mtools makes them one by one. */
function foldersOf(paths: readonly string[]): string[] {
  const folders = paths.flatMap((path) => {
    const parts = path.split("/").slice(0, -1);
    return parts.map((_, depth) => parts.slice(0, depth + 1).join("/"));
  });
  return [...new Set(folders)].sort();
}

/** Makes a file of so many MiB that reads as zeros. */
export function emptyImage(path: string, mib: number): void {
  writeFileSync(path, "");
  truncateSync(path, mib * MIB);
}

/** Writes bytes into a file at a place, and leaves the rest of it alone. */
export function patch(path: string, at: number, bytes: Buffer): void {
  const fd = openSync(path, "r+");
  writeSync(fd, bytes, 0, bytes.length, at);
  closeSync(fd);
}
