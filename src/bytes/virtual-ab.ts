/** What Android's virtual A/B message says of an update that lies in snapshots. Holdfast never writes it. */
export interface VirtualAb {
  readonly status: "none" | "snapshotted" | "merging";
  /** Index of the slot that the update was made from; null when that is not said. */
  readonly source: number | null;
}

export const NO_UPDATE: VirtualAb = { status: "none", source: null };

/** Size of the message. */
export const VIRTUAL_AB_SIZE = 64;
const VERSION = 2;
const MAGIC = 0x56740ab0;
const SNAPSHOTTED = 2;
const MERGING = 3;

/**
 * Decodes the message (AOSP hardware/interfaces: libboot_control.cpp). Another version or magic means that
 * there is none, as for Android itself.
 */
export function decodeVirtualAb(bytes: Buffer): VirtualAb {
  if (bytes.length < VIRTUAL_AB_SIZE || bytes[0] !== VERSION || bytes.readUInt32LE(1) !== MAGIC)
    return NO_UPDATE;
  return { status: mergeStatusOf(bytes.readUInt8(5)), source: bytes.readUInt8(6) };
}

/** Names the number that Android keeps in the message and in bootloader_control (boot/1.1/types.hal). */
export function mergeStatusOf(value: number): VirtualAb["status"] {
  if (value === MERGING) return "merging";
  return value === SNAPSHOTTED ? "snapshotted" : "none";
}
