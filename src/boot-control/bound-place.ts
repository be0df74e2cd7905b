import { imageType } from "../bytes/partition-types.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Verity } from "../domain/plan.ts";
import { findInTable, type Partition, resolvePartition } from "../linux/block.ts";
import { type DiskEvidence, entriesOf } from "./evidence.ts";
import { located } from "./places.ts";
import type { RootBinding } from "./root-binding.ts";
import type { OpenContext } from "./scheme.ts";
import { type BaseRoot, PLAIN_IMAGE, type SlotPlace, TMPFS_BASE } from "./slot-place.ts";

type BoundPlace = Pick<SlotPlace, "device" | "identity" | "problem" | "verity" | "base">;
type Lookup = Pick<OpenContext, "disk" | "sysfs">;

/**
 * Where the image lies that a kernel's command line names, what proves it and what it is mounted into. What
 * cannot be had whole has no device, and `problem` says why: it must not be entered without its proof.
 */
export async function placeOfBinding(
  binding: RootBinding | null,
  unnamed: string,
  lookup: Lookup,
): Promise<BoundPlace> {
  const identity = binding?.identity ?? null;
  const nothing = { ...PLAIN_IMAGE, device: null, identity: null };
  if (binding === null || identity === null) return { ...nothing, problem: unnamed };
  try {
    const image = located(await findPartition(identity, lookup), null);
    if (image.device === null) return { ...image, ...PLAIN_IMAGE };
    return { ...image, ...(await proofOf(binding, lookup)) };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { ...nothing, problem: messageOf(error) };
  }
}

async function proofOf(binding: RootBinding, lookup: Lookup): Promise<Pick<BoundPlace, "verity" | "base">> {
  const isUsr = binding.kind === "usrhash" || binding.kind === "mount.usr";
  return {
    verity: await verityOf(binding, lookup),
    base: isUsr ? await baseOf(binding, lookup) : null,
  };
}

async function verityOf(
  { kind, value, verity, signature }: RootBinding,
  lookup: Lookup,
): Promise<Verity | null> {
  if (kind !== "usrhash" && kind !== "roothash") return null;
  if (verity === null) throw new HoldfastError("noDevice", `${kind}= is too short to name its hash tree`);
  const { device } = await findPartition(verity, lookup);
  if (device !== null) {
    const places = signature === null ? [] : [signature];
    return { rootHash: value, device, offset: 0, signature: { required: false, places } };
  }
  throw new HoldfastError("noDevice", `its hash tree ${verity} has no device node here`);
}

/** The root around /usr; where no word names it, the one root partition of the same disk, as systemd does. */
async function baseOf({ base }: RootBinding, lookup: Lookup): Promise<BaseRoot> {
  if (base === "tmpfs") return TMPFS_BASE;
  const { device } = await findPartition(base ?? rootOf(lookup.disk), lookup);
  if (device !== null) return { device, fstype: null, options: "" };
  throw new HoldfastError("noDevice", `the root around its /usr has no device node here`);
}

function rootOf(disk: DiskEvidence | null): string {
  const roots = (disk === null ? [] : entriesOf(disk)).filter(({ type }) => {
    const image = imageType(type);
    return image?.tree === "root" && image.role === "data" && image.arch === process.arch;
  });
  const [only] = roots;
  if (only !== undefined && roots.length === 1) return `PARTUUID=${only.guid}`;
  const found = roots.length === 0 ? "no root partition" : `${roots.length} root partitions`;
  throw new HoldfastError("noDevice", `its command line names no root for /usr, and there are ${found}`, {
    next: "name it on the entry's command line, as root=",
  });
}

/** The partition inside the slots' own disk, else anywhere on the machine. */
export async function findPartition(ref: string, { disk, sysfs }: Lookup): Promise<Partition> {
  if (disk?.table == null) return resolvePartition(ref, { sysfs });
  try {
    return await findInTable(ref, disk.table, { sysfs });
  } catch (error) {
    if (!(error instanceof HoldfastError) || !disk.path.startsWith("/dev/")) throw error;
    return resolvePartition(ref, { sysfs });
  }
}
