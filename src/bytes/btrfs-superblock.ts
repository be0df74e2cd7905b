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
  return crc32c(superblock.subarray(CHECKSUM_SPAN)) !== superblock.readUInt32LE(0);
}

/** CRC-32C (Castagnoli, reflected polynomial 0x82F63B78), as an unsigned number; bit by bit, as little is to be read. */
function crc32c(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}
