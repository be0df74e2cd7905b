import { closeSync, openSync, readSync } from "node:fs";
import {
  decodeVeritySuperblock,
  VERITY_SUPERBLOCK_SIZE,
  type VeritySuperblock,
  verityParameters,
} from "../bytes/verity-superblock.ts";
import { codeOf, HoldfastError, messageOf } from "../domain/errors.ts";
import type { Verity } from "../domain/plan.ts";
import { createMapped, mappedStatus, removeMapped } from "../linux/device-mapper.ts";
import { deviceNumber } from "../linux/mount-table.ts";
import { checkRootHash } from "./root-hash-signature.ts";

/**
 * Puts dm-verity over `device` and answers the path of the mapped device. That it opened proves nothing: only
 * what is read through it is compared, see `checkVerity`. Throws `damaged` for a tree that is none
 * and for a root hash that is signed wrongly, `refused` for one that has to be signed and is not, and `slotFailed`
 * for what the kernel refuses.
 */
export function openVerity(name: string, device: string, verity: Verity): string {
  checkRootHash(verity);
  const superblock = readSuperblock(verity);
  const parameters = verityParameters(superblock, {
    data: deviceNumber(device),
    hash: deviceNumber(verity.device),
    hashOffset: verity.offset,
    rootHash: verity.rootHash,
  });
  const sectors = (superblock.dataBlocks * superblock.dataBlockSize) / 512;
  // An earlier attempt of ours that died; one that is in use refuses to go.
  if (mappedStatus(name) !== null) removeMapped(name);
  try {
    // As cryptsetup names it, so that veritysetup and systemd know the device.
    return createMapped(name, `CRYPT-VERITY-${superblock.uuid}-${name}`, {
      start: 0,
      length: sectors,
      type: "verity",
      text: parameters,
    });
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const what = `dm-verity refuses ${device} with the tree on ${verity.device}: ${messageOf(cause)}`;
    throw new HoldfastError("slotFailed", what, {
      next: "the kernel needs dm_verity and the tree's hash; its log says more",
      cause,
    });
  }
}

function readSuperblock({ device, offset }: Verity): VeritySuperblock {
  const bytes = Buffer.alloc(VERITY_SUPERBLOCK_SIZE);
  try {
    const fd = openSync(device, "r");
    try {
      const count = readSync(fd, bytes, 0, bytes.length, offset);
      return decodeVeritySuperblock(bytes.subarray(0, count), `${device}, byte ${offset}`);
    } finally {
      closeSync(fd);
    }
  } catch (cause) {
    const why = cause instanceof HoldfastError ? messageOf(cause) : `${device}: ${codeOf(cause)}`;
    throw new HoldfastError("damaged", `its verity tree cannot be read: ${why}`, { cause });
  }
}

/** Whether a block that was read through the mapped device did not match the tree. */
export function isCorrupt(name: string): boolean {
  const status = mappedStatus(name);
  return status === null || !status.every(({ type, text }) => type === "verity" && /^V\b/.test(text));
}

/** Throws `damaged` when anything that was read so far was not what the root hash stands for. */
export function checkVerity(name: string): void {
  if (isCorrupt(name)) throw corrupt(name);
}

/** The error of an image that is not what its root hash stands for. */
export function corrupt(name: string): HoldfastError {
  const tree = name === "root" ? "The root" : `/${name}`;
  return new HoldfastError("damaged", `${tree} is damaged or was changed: dm-verity found a wrong block.`);
}

export { removeMapped as closeVerity };
