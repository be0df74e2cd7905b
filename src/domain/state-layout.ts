import { RESET_RESERVED_BYTES } from "./reset.ts";

/**
 * GPT type of a state partition: Holdfast's own, since the Discoverable Partitions Specification has none.
 */
export const STATE_TYPE_GUID = "483d02ff-f1a7-427e-81f0-2b5a76f66797";

/** GPT name by which a state partition is found when nothing else says which it is. */
export const STATE_LABEL = "state";

/** What a file system's size is a multiple of, in bytes; every one of them has blocks of this size. */
const BLOCK = 4096;

/** The size that the file system of a state partition of `partition` bytes gets: the record of a reset is behind it. */
export function fileSystemBytes(partition: number): number {
  return Math.floor((partition - RESET_RESERVED_BYTES) / BLOCK) * BLOCK;
}

/** The name of a directory of the state partition, or of its encrypted part, that is bound into the system. */
export const DIRECTORY_NAME = /^(encrypted\/)?[^./][^/]*$/;

/** Where the state partition is mounted. */
export const STATE = "/state";

/** Ours on the state partition; the leading dot keeps it out of what is bound into the system. */
export const HISTORY_DIR = ".holdfast";
/** There, below the state partition, from a reset until everything that a new one has was made. */
export const FRESH = `${HISTORY_DIR}/fresh`;
/** What resets with grace have set aside, below the state partition and below its encrypted part. */
export const SET_ASIDE = `${HISTORY_DIR}/set-aside`;
/** The optional LUKS2 image on the state partition, and where its file system is mounted below /state. */
export const ENCRYPTED_IMAGE = "encrypted.img";
export const ENCRYPTED_DIR = "encrypted";
/** Name of its open mapping, below /dev/mapper. */
export const ENCRYPTED_MAPPING = "state-encrypted";
