import { sniffFileSystem } from "./filesystem-magic.ts";

/** Bytes from the start of a device that are enough to recognise everything below. */
export const CONTENT_SPAN = 0x10200;

/** Offset, bytes and name of what may lie on a partition besides the file systems of sniffFileSystem. */
const SIGNATURES: readonly (readonly [offset: number, hex: string, name: string])[] = [
  [0, "4c554b53babe", "LUKS"],
  // The second header of LUKS2, where it most often lies.
  [0x4000, "534b554cbabe", "LUKS"],
  [0, "58465342", "XFS"],
  [3, "4e54465320202020", "NTFS"],
  [3, "4558464154202020", "exFAT"],
  [54, "464154", "FAT"],
  [82, "4641543332202020", "FAT"],
  [0, "766572697479", "dm-verity hashes"],
  [0, "414e44524f494421", "an Android boot image"],
  [32, "4e585342", "APFS"],
  [512, "4546492050415254", "a partition table"],
  [512, "4c4142454c4f4e45", "LVM"],
  [1024, "482b0004", "HFS+"],
  [1024, "4858", "HFS+"],
  [4086, "53574150535041434532", "swap"],
  [4096, "fc4e2ba9", "MD RAID"],
  [0, "fc4e2ba9", "MD RAID"],
  [4120, "c68573f64e1a45ca8265f57f48ba6d81", "bcache"],
  [0x8000, "4a465331", "JFS"],
  [0x8001, "4344303031", "ISO 9660"],
  [0x8001, "4245413031", "UDF"],
  [0x10034, "5265497345723246", "ReiserFS"],
  [0x10034, "52654973457246", "ReiserFS"],
];

/**
 * What `start`, the first CONTENT_SPAN bytes of a partition, shows that it holds; null when nothing that is
 * known begins there. Offsets as in libblkid's probes.
 */
export function knownContent(start: Uint8Array): string | null {
  const fileSystem = sniffFileSystem(start);
  if (fileSystem !== null) return fileSystem;
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const found = SIGNATURES.find(([offset, hex]) => {
    const wanted = Buffer.from(hex, "hex");
    return bytes.subarray(offset, offset + wanted.length).equals(wanted);
  });
  return found?.[2] ?? null;
}
