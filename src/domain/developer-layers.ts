import type { WritableLayer } from "./developer.ts";

/** A layer as it lies on the state partition. */
export interface StoredLayer {
  readonly key: string;
  /** The slot that it was made for. */
  readonly slot: string | null;
  readonly bytes: number | null;
  readonly setAside: boolean;
}

/** A slot and the key of the image that it has now; null when that is not known. */
export interface SlotImage {
  readonly slot: string;
  readonly key: string | null;
}

/** What makes an image this image and no other. */
export interface ImageFacts {
  /** Root of its dm-verity tree, lower-case hex; null where it has none. */
  readonly rootHash: string | null;
  readonly version: string | null;
  /** Digest of its superblock, hex; null where that is not known. */
  readonly fingerprint: string | null;
}

const FINGERPRINT_DIGITS = 16;

/**
 * The key of an image: its root hash, else its version with what its superblock says, for a version is often built
 * anew. Safe as the name of a folder; null when nothing tells the image from another.
 */
export function imageKey({ rootHash, version, fingerprint }: ImageFacts): string | null {
  if (rootHash !== null) return rootHash;
  if (fingerprint === null) return null;
  const name = (version ?? "image")
    .replace(/[^A-Za-z0-9.~^+]/g, "_")
    .replace(/^\.+/, "")
    .slice(0, 64);
  return `${name}-${fingerprint.slice(0, FINGERPRINT_DIGITS)}`;
}

/** The layers, each with the slot that runs its image now. */
export function placeLayers(stored: readonly StoredLayer[], images: readonly SlotImage[]): WritableLayer[] {
  return stored.map(({ key, bytes, setAside }) => {
    return { key, bytes, setAside, slot: images.find((image) => image.key === key)?.slot ?? null };
  });
}

/**
 * The first slot whose image changed while the layer of its former one is still in use, so that a person has to
 * say what becomes of that layer; null when there is none. A slot whose image is not known has not changed.
 */
export function changedBase(
  stored: readonly StoredLayer[],
  images: readonly SlotImage[],
): { readonly slot: string; readonly key: string } | null {
  for (const { key, slot, setAside } of stored) {
    const image = images.find((each) => each.slot === slot);
    const stillRuns = images.some((each) => each.key === key);
    if (slot !== null && !setAside && !stillRuns && image !== undefined && image.key !== null) {
      return { slot, key };
    }
  }
  return null;
}
