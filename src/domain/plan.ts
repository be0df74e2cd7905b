import type { DeveloperFeature } from "./developer.ts";
import type { MountStep } from "./mount-plan.ts";
import type { RestartTarget } from "./restart.ts";

/** Where Holdfast's run-time files lie: what was decided, for the supervisor, the hooks and the real root. */
export const RUN_DIR = "/run/holdfast";

/** Why the menu is shown, or why a slot was chosen: a stable code and one sentence for people. */
export interface Reason {
  readonly code: ReasonCode;
  readonly text: string;
}
export const REASON_CODES = [
  "default",
  "once",
  "chosen",
  "battery-empty",
  "nobody-there",
  "key-held",
  "command-line",
  "fallback",
  "nothing-bootable",
  "needs-own-kernel",
  "bootloader-chose",
  "bad-config",
  // Somebody left word for this start, in the bootloader's message.
  "asked",
  "reset-asked",
  "ambiguous-store",
  "store-unreadable",
  "state-unusable",
  "state-locked",
] as const;
export type ReasonCode = (typeof REASON_CODES)[number];

/** What proves the bytes of an image: the root of its hash tree, and where the tree lies (dm-verity). */
export interface Verity {
  /** Lower-case hex. */
  readonly rootHash: string;
  /** Device with the hash tree; the image's own where the tree lies behind the file system. */
  readonly device: string;
  /** Byte of the tree's superblock on that device. */
  readonly offset: number;
  readonly signature: SignatureRule;
}

/** Whether a root hash has to be signed, and where a signature of it may lie. */
export interface SignatureRule {
  /** Whether an image is refused whose root hash nobody signed that this device trusts. */
  readonly required: boolean;
  /** Paths of files and partitions, or the signature itself as "base64:…" (veritytab(5)). */
  readonly places: readonly string[];
}

/** Whether the root hashes of images have to be signed, the weaker one first. */
export const SIGNATURE_POLICIES = ["optional", "required"] as const;

/** No signature is known of, and none is asked for. */
export const UNSIGNED: SignatureRule = { required: false, places: [] };

/** A file system of a slot, mounted read-only unless it is a root that only carries /usr. */
export interface ImageMount {
  readonly device: string;
  readonly fstype: string;
  readonly options: string;
  /** Null where nothing proves it, or where developer mode leaves the proof out. */
  readonly verity: Verity | null;
}

/** The root that is entered under the running kernel. */
export interface RootMount extends ImageMount {
  readonly init: string;
  /**
   * The image, where it is only /usr (hermetic /usr): then the root above is a partition that is written to,
   * of type LUKS_TYPE where it is encrypted, or "tmpfs", and gets what it lacks. Null where the root is the image.
   */
  readonly usr: ImageMount | null;
}

/** What blkid(8) calls a LUKS volume: here one that opens with an empty passphrase. */
export const LUKS_TYPE = "crypto_LUKS";

/** Kernel, initramfs and command line that start a slot: files of one file system, with absolute paths in it. */
export interface OwnKernel {
  readonly device: string;
  readonly fstype: string;
  /** What the file system is mounted with besides, such as "subvol=root"; nothing when missing. */
  readonly mountOptions?: string;
  readonly verity: Verity | null;
  /** Whether that file system is only /usr. */
  readonly isUsr: boolean;
  readonly linux: string;
  /** Loaded one behind the other. */
  readonly initrds: readonly string[];
  readonly options: string;
}

/** What is laid over the image in this boot, and what is left out. */
export interface Layers {
  /** Key of the image, to which its writable layer belongs; null where it is not needed or not known. */
  readonly image: string | null;
  /** What developer mode opens; null where it is off. */
  readonly developer: {
    readonly features: readonly DeveloperFeature[];
    /** Whether the writable /usr lies in memory. */
    readonly ephemeral: boolean;
  } | null;
  /** Whether this boot goes without extensions and without the writable layer. */
  readonly safe: boolean;
}

/** The counters of a slot once its try was taken; null where the scheme has none. */
export interface Counters {
  readonly priority: number | null;
  readonly triesLeft: number | null;
  readonly triesDone: number | null;
}

/** What the handoff does next; written to plan.json by gate or menu and carried out by enter. */
export type Plan =
  | {
      readonly action: "switch-root";
      readonly slot: string;
      /** Content identity of the root, such as "PARTUUID=…"; tells the running system that it is this slot. */
      readonly identity: string | null;
      readonly root: RootMount;
      readonly counters: Counters;
      readonly layers: Layers;
      readonly reason: Reason;
    }
  /** A system of another family than slots: these steps make its root, which is then entered as a slot's is. */
  | {
      readonly action: "system";
      /** Key of the system, where a slot would be named. */
      readonly slot: string;
      readonly steps: readonly MountStep[];
      readonly init: string;
      readonly reason: Reason;
    }
  /** Alpine's own init goes on in this initramfs, and takes `apkovl` for its word apkovl=. */
  | {
      readonly action: "hand-over";
      readonly slot: string;
      readonly apkovl: string;
      readonly reason: Reason;
    }
  | {
      readonly action: "kexec";
      readonly slot: string;
      readonly kernel: OwnKernel;
      /** The whole command line of that kernel. */
      readonly commandLine: string;
      readonly reason: Reason;
    }
  | {
      readonly action: "reboot";
      readonly slot: string | null;
      readonly target: RestartTarget;
      readonly reason: Reason;
    }
  | { readonly action: "power-off"; readonly reason: Reason };
