/** What the superblock of a read-only image says about the image itself. */
export interface ImageSuperblock {
  /** Bytes that are others in every other image; null where the file system has none that Holdfast knows. */
  readonly identity: Uint8Array | null;
  /** When it was made, in seconds since 1970; null where nobody wrote it down. */
  readonly builtAt: number | null;
}

const NOTHING: ImageSuperblock = { identity: null, builtAt: null };

/**
 * Reads identity and build time out of the first bytes of a file system (kernel headers of each). An image
 * that is only read never changes its superblock, so erofs and squashfs give all of it; the others, which may
 * be written by a look inside, give their UUID.
 */
export function readImageSuperblock(fstype: string, start: Uint8Array): ImageSuperblock {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const part = (from: number, size: number) =>
    bytes.length < from + size ? null : bytes.subarray(from, from + size);
  switch (fstype) {
    case "erofs": {
      // erofs_super_block: build_time at byte 24, 128 bytes in all; reproducible images have no time.
      const block = part(1024, 128);
      return block === null ? NOTHING : { identity: block, builtAt: time(block.readBigUInt64LE(24)) };
    }
    case "squashfs": {
      // squashfs_super_block: mkfs_time at byte 8, 96 bytes in all.
      const block = part(0, 96);
      return block === null ? NOTHING : { identity: block, builtAt: time(BigInt(block.readUInt32LE(8))) };
    }
    case "ext4":
      return { identity: part(1024 + 104, 16), builtAt: null };
    case "btrfs":
      return { identity: part(0x10020, 16), builtAt: null };
    case "f2fs":
      return { identity: part(1024 + 108, 16), builtAt: null };
    default:
      return NOTHING;
  }
}

/** Times from before this were no clock's; builders set 0 or 1 for reproducible images. */
const FIRST_TIME = 1_000_000_000n;
/** The year 2200: what is later is no time either. */
const LAST_TIME = 7_258_118_400n;

function time(seconds: bigint): number | null {
  return seconds >= FIRST_TIME && seconds < LAST_TIME ? Number(seconds) : null;
}
