/** A file system on something that can be plugged in, as a place for logs. */
export interface StickCandidate {
  readonly device: string;
  readonly disk: string;
  /** How its disk is attached. */
  readonly attached: "usb" | "sd" | "internal";
  /** Whether a slot, the boot disk or /state is on its disk, or anything of it is mounted. */
  readonly inUse: boolean;
  /** What it holds, as knownContent says. */
  readonly content: string | null;
}

/** File systems that logs are written to, and what the kernel calls them. */
const WRITABLE: Readonly<Record<string, string>> = { FAT: "vfat", exFAT: "exfat", ext4: "ext4" };

export interface Stick {
  readonly device: string;
  readonly fstype: string;
}

/**
 * The USB stick or SD card that logs go to: the first with a file system that can be written. Never an internal
 * disk, and never the card that the device itself starts from. Null when none is plugged in.
 */
export function chooseStick(candidates: readonly StickCandidate[]): Stick | null {
  for (const { device, attached, inUse, content } of candidates) {
    const fstype = WRITABLE[content ?? ""];
    if (attached !== "internal" && !inUse && fstype !== undefined) return { device, fstype };
  }
  return null;
}
