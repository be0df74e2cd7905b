/** The file systems that a root may have. */
export type FileSystem = "erofs" | "squashfs" | "ext4" | "btrfs" | "f2fs" | "xfs";

/** Bytes from the start of a device that are enough to recognise each of them. */
export const MAGIC_SPAN = 0x10048;

/** Offset and bytes of each superblock's magic number, from the kernel's headers of these file systems. */
const MAGICS: readonly { readonly name: FileSystem; readonly offset: number; readonly magic: string }[] = [
  { name: "squashfs", offset: 0, magic: "68737173" },
  { name: "xfs", offset: 0, magic: "58465342" },
  { name: "erofs", offset: 1024, magic: "e2e1f5e0" },
  { name: "f2fs", offset: 1024, magic: "1020f5f2" },
  { name: "ext4", offset: 1080, magic: "53ef" },
  { name: "btrfs", offset: 0x10040, magic: "5f42485266535f4d" },
];

/** The file system that `start`, the first MAGIC_SPAN bytes of a device, holds; null when none is known. */
export function sniffFileSystem(start: Uint8Array): FileSystem | null {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  const found = MAGICS.find(({ offset, magic }) => {
    const wanted = Buffer.from(magic, "hex");
    return bytes.subarray(offset, offset + wanted.length).equals(wanted);
  });
  return found?.name ?? null;
}

/** Whether `start` is that of a FAT file system: its boot signature, and its type in words (Microsoft's FAT specification, 3.1). */
export function isFat(start: Uint8Array): boolean {
  if (start[510] !== 0x55 || start[511] !== 0xaa) return false;
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  return [54, 82].some((offset) => bytes.subarray(offset, offset + 3).equals(Buffer.from("FAT")));
}
