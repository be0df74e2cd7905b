import { createHash } from "node:crypto";
import { readImageSuperblock } from "../bytes/image-superblock.ts";
import { imageKey } from "../domain/developer-layers.ts";
import { startOf } from "./partition.ts";

/** Where an image lies and what is known of it. */
export interface ImagePlace {
  readonly device: string;
  readonly fstype: string;
  /** Root of its dm-verity tree; null where it has none. */
  readonly rootHash: string | null;
  readonly version: string | null;
}

/** The key of the image on a device, to which its writable layer belongs; null where nothing tells it from others. */
export function keyOfImage({ device, fstype, rootHash, version }: ImagePlace): string | null {
  if (rootHash !== null) return imageKey({ rootHash, version, fingerprint: null });
  const { identity } = readImageSuperblock(fstype, startOf(device));
  const fingerprint = identity === null ? null : createHash("sha256").update(identity).digest("hex");
  return imageKey({ rootHash, version, fingerprint });
}
