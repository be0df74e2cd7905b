/** File systems that a state partition may have. */
export const STATE_FILE_SYSTEMS = ["ext4", "btrfs", "f2fs"] as const;
export type StateFileSystem = (typeof STATE_FILE_SYSTEMS)[number];

/** A program that an initramfs needs, and the Debian package that has it. */
export interface Tool {
  readonly program: string;
  readonly package: string;
}

interface FileSystemTools {
  readonly make: Tool;
  /** btrfs checks itself as it is mounted: its program only mends the superblock. */
  readonly check: Tool;
}

export const FILE_SYSTEM_TOOLS: Readonly<Record<StateFileSystem, FileSystemTools>> = {
  ext4: {
    make: { program: "mkfs.ext4", package: "e2fsprogs" },
    check: { program: "e2fsck", package: "e2fsprogs" },
  },
  btrfs: {
    make: { program: "mkfs.btrfs", package: "btrfs-progs" },
    check: { program: "btrfs", package: "btrfs-progs" },
  },
  f2fs: {
    make: { program: "mkfs.f2fs", package: "f2fs-tools" },
    check: { program: "fsck.f2fs", package: "f2fs-tools" },
  },
};

export const CRYPTSETUP: Tool = { program: "cryptsetup", package: "cryptsetup-bin" };

/** What the configuration says about the state partition, as far as tools and modules depend on it. */
export interface StateNeeds {
  /** Null when the device has no state partition. */
  readonly fstype: StateFileSystem | null;
  readonly encrypted: boolean;
}

/** The programs that opening, checking, making and resetting such a state partition takes. */
export function toolsFor({ fstype, encrypted }: StateNeeds): Tool[] {
  const kinds = fstype === null ? [] : [fstype];
  const tools = kinds.flatMap((kind) => [FILE_SYSTEM_TOOLS[kind].make, FILE_SYSTEM_TOOLS[kind].check]);
  return [...tools, ...(encrypted ? [CRYPTSETUP] : [])];
}

/** The checksum of each, which it asks the kernel for under an alias that no file names. */
const CHECKSUMS: Readonly<Record<StateFileSystem, string>> = {
  ext4: "crc32c_generic",
  btrfs: "crc32c_generic",
  f2fs: "crc32_generic",
};

/** The kernel modules that mounting such a state partition takes, as modprobe names them. */
export function modulesFor({ fstype, encrypted }: StateNeeds): string[] {
  const own = fstype === null ? [] : [fstype, CHECKSUMS[fstype]];
  // The cipher of LUKS2, aes-xts-plain64 with SHA-256 key digests, behind the kernel's crypto socket too.
  const crypt = ["loop", "dm_crypt", "xts", "aes_generic", "sha256_generic", "algif_skcipher"];
  return encrypted ? [...own, ...crypt] : own;
}
