/** Where a superblock keeps the label, in bytes from the start of the device (e2fsprogs, btrfs-progs, f2fs-tools, xfsprogs). */
const FIELDS: Readonly<Record<string, { offset: number; size: number; encoding: "utf8" | "utf16le" }>> = {
  ext4: { offset: 1024 + 0x78, size: 16, encoding: "utf8" },
  btrfs: { offset: 0x10000 + 0x12b, size: 256, encoding: "utf8" },
  xfs: { offset: 108, size: 12, encoding: "utf8" },
  f2fs: { offset: 1024 + 0x7c, size: 1024, encoding: "utf16le" },
};

/** Bytes from the start of a device that are enough for every label, and to recognise the file system. */
export const LABEL_SPAN = 0x10000 + 0x12b + 256;

/** The label of a file system of that type; null where it has none, or where its place is not known. */
export function labelOf(start: Uint8Array, fstype: string): string | null {
  const field = FIELDS[fstype];
  if (field === undefined || start.length < field.offset + field.size) return null;
  const bytes = Buffer.from(start.buffer, start.byteOffset + field.offset, field.size);
  const [label = ""] = bytes.toString(field.encoding).split("\0");
  return label === "" ? null : label;
}
