import type { SlotKernelConfig } from "../config/schema.ts";
import type { Verity } from "../domain/plan.ts";

/** Where a slot lies on the disk, from the configuration or from discovery, resolved to what is there now. */
export interface SlotPlace {
  readonly id: string;
  readonly label: string;
  /** Device node of the root; null when it was not found or the disk is an image file. */
  readonly device: string | null;
  /** "PARTUUID=…" of the root, in lower case; null when it was not found. */
  readonly identity: string | null;
  /** From the configuration; null means: recognise it by its magic. */
  readonly fstype: string | null;
  readonly options: string;
  /** What proves the image; null where nothing does. */
  readonly verity: Verity | null;
  /** The root around an image that is only /usr; null where the image is the root itself. */
  readonly base: BaseRoot | null;
  /** Why device or identity is null, as a sentence. */
  readonly problem: string | null;
  /** What kexec may start where the running kernel does not fit, from the slot's boot entry. */
  readonly kernel?: SlotKernelConfig;
}

/** What an image that is only /usr is mounted into: a partition that is written to, or "tmpfs". */
export interface BaseRoot {
  readonly device: string;
  /** Null means: recognise it by its magic. */
  readonly fstype: string | null;
  readonly options: string;
}

/** A root in memory. */
export const TMPFS_BASE: BaseRoot = { device: "tmpfs", fstype: "tmpfs", options: "mode=0755" };

/** A place of which the image is the root, and nothing proves it. */
export const PLAIN_IMAGE = { verity: null, base: null } as const;
