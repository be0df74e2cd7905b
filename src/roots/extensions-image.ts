import { closeSync, fstatSync, mkdirSync, openSync, readSync } from "node:fs";
import { join } from "node:path";
import { MAGIC_SPAN, sniffFileSystem } from "../bytes/filesystem-magic.ts";
import { decodeCopy } from "../bytes/gpt.ts";
import { decodeHeader, ENTRY_SIZE } from "../bytes/gpt-header.ts";
import { imageType } from "../bytes/partition-types.ts";
import { HoldfastError } from "../domain/errors.ts";
import { openLoop } from "../linux/loop.ts";
import { mountReadOnly, unmountAndRemove } from "../linux/mounts.ts";

/** Where the file system lies in an image, and whether its root is /usr of the tree that it adds. */
interface Part {
  readonly offset: number;
  readonly size: number | null;
  readonly isUsr: boolean;
}

/** Journals are not replayed: nothing is written to an extension by looking into it. */
const OPTIONS: Readonly<Record<string, string>> = { ext4: ",noload", btrfs: ",rescue=nologreplay" };

/** Shows `use` the tree of an extension's image, mounted read-only below `workDir` for so long. */
export function withExtensionImage<T>(image: string, workDir: string, use: (tree: string) => T): T {
  const tree = join(workDir, "extension");
  const target = mountExtensionImage(image, tree, "nosuid,nodev,noexec");
  try {
    return use(tree);
  } finally {
    unmountAndRemove(target);
  }
}

/**
 * Mounts an extension's image read-only so that `tree` is the tree that it adds; answers where it is mounted, `tree`
 * or its folder usr. An image is a file system, or a GPT with one partition for the root or /usr of this machine's
 * architecture (UAPI.3).
 * @throws HoldfastError `badStore` when it is neither.
 */
export function mountExtensionImage(image: string, tree: string, options: string): string {
  const { offset, size, isUsr } = partOf(image);
  const fstype = sniffFileSystem(bytesOf(image, offset, MAGIC_SPAN));
  if (fstype === null) throw new HoldfastError("badStore", "it holds no file system that Holdfast knows");
  const target = isUsr ? join(tree, "usr") : tree;
  const loop = openLoop(image, offset, size);
  try {
    mkdirSync(target, { recursive: true });
    mountReadOnly(loop.device, target, fstype, `${options}${OPTIONS[fstype] ?? ""}`);
  } finally {
    // Once it is mounted the device goes with the mount (LOOP_CLR_FD of one in use).
    loop.close();
  }
  return target;
}

/** Bytes of a file; fewer than asked for where it ends. */
function bytesOf(file: string, offset: number, size: number): Buffer {
  const fd = openSync(file, "r");
  try {
    const bytes = Buffer.alloc(size);
    return bytes.subarray(0, readSync(fd, bytes, 0, size, offset));
  } finally {
    closeSync(fd);
  }
}

function sizeOf(file: string): number {
  const fd = openSync(file, "r");
  try {
    return fstatSync(fd).size;
  } finally {
    closeSync(fd);
  }
}

/** Images are made in sectors of this size (UAPI.3; systemd-repart, mkosi). */
const SECTOR = 512;

function partOf(image: string): Part {
  if (sniffFileSystem(bytesOf(image, 0, MAGIC_SPAN)) !== null) return { offset: 0, size: null, isUsr: false };
  const geometry = { name: image, sectorSize: SECTOR, sectors: Math.floor(sizeOf(image) / SECTOR) };
  const header = decodeHeader(bytesOf(image, SECTOR, SECTOR), "primary", geometry);
  const array = bytesOf(image, header.arrayLba * SECTOR, header.count * ENTRY_SIZE);
  const found = decodeCopy(header, array, geometry).entries.flatMap((entry) => {
    const type = imageType(entry.type);
    return type?.role === "data" && type.arch === process.arch ? [{ entry, tree: type.tree }] : [];
  });
  const [only, another] = found;
  if (only === undefined || another !== undefined) {
    const what = `it has ${found.length} partitions for a root or /usr of this architecture`;
    throw new HoldfastError("badStore", `${what}; one would be right`);
  }
  const { firstLba, lastLba } = only.entry;
  return { offset: firstLba * SECTOR, size: (lastLba - firstLba + 1) * SECTOR, isUsr: only.tree === "usr" };
}
