import { existsSync } from "node:fs";
import { imageType } from "../bytes/partition-types.ts";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { partitionsOf, resolvePartition, type SysfsOptions } from "../linux/block.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import type { SlotPlace } from "./slot-place.ts";

/** The disk that the slots are on, where it has a table, and how devices are looked up. */
interface Lookup extends SysfsOptions {
  readonly config: Config;
  readonly table: GptTable | null;
}

/**
 * The places with all that may hold a signature of their root hashes: what the configuration names, what lies beside
 * a file with the root hash, and the signature partitions of their disk. Where a signature is required, an image that
 * no hash proves has no device.
 */
export async function withSignatures(places: readonly SlotPlace[], lookup: Lookup): Promise<SlotPlace[]> {
  const required = lookup.config.policy.signature === "required";
  if (!places.some(({ verity }) => verity !== null) && !required) return [...places];
  const onDisk = await signaturePartitions(lookup);
  return Promise.all(
    places.map(async (place) => {
      const { verity } = place;
      if (verity === null) return required ? { ...place, ...unproved(place) } : place;
      const all = [...verity.signature.places, ...(await configured(place.id, lookup)), ...onDisk];
      return { ...place, verity: { ...verity, signature: { required, places: all } } };
    }),
  );
}

function unproved({ problem }: SlotPlace): Pick<SlotPlace, "device" | "problem"> {
  const why = "no root hash proves it, and policy.signature asks for one that is signed";
  return { device: null, problem: problem ?? why };
}

/** Device nodes of the partitions that are made for signatures on this architecture. */
async function signaturePartitions({ table, sysfs }: Lookup): Promise<string[]> {
  if (table === null) return [];
  const numbers = table.truth.entries.flatMap(({ number, type }) => {
    const image = imageType(type);
    return image?.role === "signature" && image.arch === process.arch ? [number] : [];
  });
  if (numbers.length === 0) return [];
  const partitions = await partitionsOf(table, { sysfs });
  return partitions.flatMap(({ number, device }) =>
    number !== null && device !== null && numbers.includes(number) ? [device] : [],
  );
}

/** What the configuration names for a slot, and systemd's name of the file beside that of a root hash. */
async function configured(id: string, { config, sysfs }: Lookup): Promise<string[]> {
  const slot = config.slot.find((each) => each.id === id);
  const { root_hash: hash, root_hash_signature: ref } = slot ?? {};
  const beside = hash?.startsWith("/") === true ? [`${hash}.p7s`].filter((path) => existsSync(path)) : [];
  if (ref === undefined) return beside;
  if (ref.startsWith("/")) return [ref];
  try {
    const { device } = await resolvePartition(ref, { sysfs });
    return [device ?? ref];
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    // It cannot be read by that name, which the check of the signature then says.
    return [ref];
  }
}
