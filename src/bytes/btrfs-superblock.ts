import crc32c from "crc-32/crc32c.js";

/** Where the superblock that the kernel reads lies, and its length (btrfs, "On-disk format"). */
export const BTRFS_SUPERBLOCK = { at: 0x10000, length: 4096 } as const;

const CHECKSUM_SPAN = 32;
const CHECKSUM_TYPE_AT = 0xc4;
const CRC32C = 0;

/**
 * Whether a btrfs superblock has a wrong checksum, as where a power loss tore it between two of its sectors.
 * False for checksums of another kind than CRC-32C, which nobody asks for on a small device.
 */
export function isTornBtrfs(superblock: Buffer): boolean {
  if (superblock.readUInt16LE(CHECKSUM_TYPE_AT) !== CRC32C) return false;
  return crc32c.buf(superblock.subarray(CHECKSUM_SPAN)) >>> 0 !== superblock.readUInt32LE(0);
}
