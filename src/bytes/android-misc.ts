/**
 * Map of Android's misc partition, in bytes from its beginning (AOSP bootable/recovery:
 * bootloader_message.h). Two formats of slot state share one place and are told apart by their magic.
 */
export const MISC_MAP = { message: 0, slots: 2048, virtualAb: 32768 } as const;

/** Size of either slot format. */
export const MISC_SLOTS_SIZE = 32;

/** Which format lies at the place of the slot state. */
export type MiscTenant = "bootloader-control" | "avb-ab";

/** Tells the format by its magic; null when there is none of them. Says nothing about the CRC. */
export function tenantOf(bytes: Buffer): MiscTenant | null {
  if (bytes.toString("latin1", 0, 4) === "\0AB0") return "avb-ab";
  return bytes.toString("latin1", 4, 8) === "BCAB" ? "bootloader-control" : null;
}
