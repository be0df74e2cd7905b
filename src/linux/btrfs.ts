import { closeSync, openSync } from "node:fs";
import { ioctl, SystemCallError } from "./syscalls.ts";

/** Requests of <linux/btrfs.h>: _IOWR(0x94, 17 and 18, 4096 bytes). */
const TREE_SEARCH = 0xd0009411;
const INO_LOOKUP = 0xd0009412;
const ARGUMENT_SIZE = 4096;
/** Where the items begin that a search found, and where the data of an item begins. */
const SEARCH_KEY_SIZE = 104;
const ITEM_HEADER_SIZE = 32;
/** <linux/btrfs_tree.h>. */
const ROOT_TREE = 1n;
const FS_TREE = 5n;
const ROOT_TREE_DIR = 6n;
const FIRST_FREE = 256n;
const DIR_ITEM_KEY = 84;
/** What other file systems answer, and btrfs to an ordinary user. */
const OTHERS = new Set(["ENOTTY", "EOPNOTSUPP", "ENOSYS", "EINVAL", "EPERM"]);

/** Id of the subvolume that is mounted when none is named; null where that cannot be told: not on btrfs, or not as root. */
export function defaultSubvolume(path: string): bigint | null {
  const argument = Buffer.alloc(ARGUMENT_SIZE);
  const all = 0xffff_ffff_ffff_ffffn;
  // Tree, objects, offsets and transactions from and to; then item types from and to, and how many.
  const key = [ROOT_TREE, ROOT_TREE_DIR, ROOT_TREE_DIR, 0n, all, 0n, all];
  for (const [index, value] of key.entries()) argument.writeBigUInt64LE(value, index * 8);
  for (const [index, value] of [DIR_ITEM_KEY, DIR_ITEM_KEY, 1].entries()) {
    argument.writeUInt32LE(value, key.length * 8 + index * 4);
  }
  if (!asked(path, TREE_SEARCH, argument, "BTRFS_IOC_TREE_SEARCH")) return null;
  const found = argument.readUInt32LE(64);
  return found === 0 ? FS_TREE : argument.readBigUInt64LE(SEARCH_KEY_SIZE + ITEM_HEADER_SIZE);
}

/** Id of the subvolume that a directory lies in; null as above. */
export function subvolumeOf(path: string): bigint | null {
  const argument = Buffer.alloc(ARGUMENT_SIZE);
  argument.writeBigUInt64LE(FIRST_FREE, 8);
  return asked(path, INO_LOOKUP, argument, "BTRFS_IOC_INO_LOOKUP") ? argument.readBigUInt64LE(0) : null;
}

function asked(path: string, request: number, argument: Buffer, name: string): boolean {
  const fd = openSync(path, "r");
  try {
    ioctl(fd, request, argument, `${name} ${path}`);
    return true;
  } catch (error) {
    if (error instanceof SystemCallError && OTHERS.has(error.code)) return false;
    throw error;
  } finally {
    closeSync(fd);
  }
}
