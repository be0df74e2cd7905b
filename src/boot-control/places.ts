import type { Config, SlotConfig } from "../config/schema.ts";
import { plainLabel } from "../domain/boot-reason.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { UNSIGNED, type Verity } from "../domain/plan.ts";
import {
  findInTable,
  type Partition,
  partitionsOf,
  resolvePartition,
  type SysfsOptions,
} from "../linux/block.ts";
import type { GptTable } from "../linux/gpt-table.ts";
import { readText } from "../linux/kernel.ts";
import type { DiscoveredImage, DiscoveredSlot } from "./discover.ts";
import { hashPartitions } from "./root-binding.ts";
import { type BaseRoot, PLAIN_IMAGE, type SlotPlace, TMPFS_BASE } from "./slot-place.ts";

/** A slot with the partition that carries its counters. */
export interface PlacedSlot {
  readonly place: SlotPlace;
  readonly store: Partition | null;
  /** Why `store` is null, as a sentence. */
  readonly storeProblem: string | null;
}

/** Where device references are looked up: inside one table, or among all devices of the machine. */
export interface Lookup extends SysfsOptions {
  readonly table: GptTable | null;
  /** Only this disk counts, but its table could not be read: the reason. */
  readonly unreadable: HoldfastError | null;
}

/** The slots of the configuration, each as far as it was found; a missing one carries its problem. */
export function configuredSlots(config: Config, lookup: Lookup): Promise<PlacedSlot[]> {
  return Promise.all(config.slot.map((slot) => placeConfigured(slot, lookup)));
}

/** The slots that the table itself shows; throws `noDevice` when it shows none. */
export async function discoveredSlots(
  table: GptTable,
  slots: readonly DiscoveredSlot[],
  options: SysfsOptions,
): Promise<PlacedSlot[]> {
  const partitions = await partitionsOf(table, options);
  const byNumber = (number: number | undefined) => partitions.find((each) => each.number === number) ?? null;
  if (slots.length === 0) {
    const found = `${table.geometry.name} has ${partitions.length} partitions, none of them recognised as a slot`;
    throw new HoldfastError("noDevice", found, { next: "name the slots in the configuration, as [[slot]]" });
  }
  return slots.map(({ id, label, store, root, image }) => {
    const noRoot = `no partition of ${table.geometry.name} is recognised as the root of slot ${id}`;
    const found = located(byNumber(root?.number), noRoot);
    const proof = image === undefined || found.device === null ? PLAIN_IMAGE : proofOf(image, byNumber);
    const place = { id, label, fstype: null, options: "ro", ...PLAIN_IMAGE, ...found, ...proof };
    return { place, store: byNumber(store?.number), storeProblem: null };
  });
}

/** What the table says about the proof of an image; an image whose proof is missing has no device. */
function proofOf(
  { tree, hashTree, rootHash, around }: DiscoveredImage,
  byNumber: (number: number | undefined) => Partition | null,
): Partial<Pick<SlotPlace, "verity" | "base" | "device" | "problem">> {
  const [first, second] = around;
  if (first !== undefined && second !== undefined) {
    const which = `partition ${first.number} or partition ${second.number}`;
    return { device: null, problem: `nobody says which root is around its /usr, ${which}` };
  }
  const base = tree === "usr" ? baseOf(byNumber(first?.number)) : null;
  if (hashTree === null) return { base };
  const device = byNumber(hashTree.number)?.device ?? null;
  if (device !== null && rootHash !== null) {
    return { base, verity: { rootHash, device, offset: 0, signature: UNSIGNED } };
  }
  const name = `partition ${hashTree.number} (${hashTree.name})`;
  const problem =
    rootHash === null
      ? `nobody says the root hash of ${name}, so nothing proves it`
      : `its hash tree, ${name}, has no device node here`;
  return { device: null, problem };
}

/** What a /usr is mounted into: the root partition that lies beside it, else memory. */
function baseOf(root: Partition | null): BaseRoot {
  return root?.device == null ? TMPFS_BASE : { device: root.device, fstype: null, options: "" };
}

async function placeConfigured(slot: SlotConfig, lookup: Lookup): Promise<PlacedSlot> {
  const root = await attempt(slot.root, lookup);
  const store = slot.store === undefined ? root : await attempt(slot.store, lookup);
  const { id, options } = slot;
  const what = {
    id,
    label: slot.label ?? plainLabel(id),
    fstype: slot.fstype ?? null,
    options,
    ...PLAIN_IMAGE,
  };
  const image = located(root.partition, root.problem);
  const storeProblem = store.problem === null ? null : `slot ${id}: ${store.problem}`;
  return {
    place: { ...what, ...image, ...(image.device === null ? {} : await configuredProof(slot, lookup)) },
    store: store.partition,
    storeProblem,
  };
}

/** What proves a configured image and what lies around it; an image whose proof is missing has no device. */
async function configuredProof(
  { root_hash: source, verity: tree, base }: SlotConfig,
  lookup: Lookup,
): Promise<Partial<Pick<SlotPlace, "verity" | "base" | "device" | "problem">>> {
  try {
    return {
      verity: source === undefined ? null : await configuredVerity(source, tree, lookup),
      base: base === undefined ? null : await configuredBase(base, lookup),
    };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { device: null, problem: messageOf(error) };
  }
}

async function configuredVerity(source: string, tree: string | undefined, lookup: Lookup): Promise<Verity> {
  const rootHash = source.startsWith("/") ? hashInFile(source) : source.toLowerCase();
  const ref = tree ?? hashPartitions(rootHash)?.hash ?? "";
  const { device } = await lookUp(ref, lookup);
  if (device === null) throw new HoldfastError("noDevice", `its hash tree ${ref} has no device node here`);
  return { rootHash, device, offset: 0, signature: UNSIGNED };
}

/** The root hash in a file beside an image, as veritysetup and systemd-repart print it. */
function hashInFile(path: string): string {
  const text = readText(path).trim().toLowerCase();
  if (/^[0-9a-f]{64,128}$/.test(text)) return text;
  const found = text === "" ? "is missing or empty" : `holds ${JSON.stringify(text.slice(0, 40))}`;
  throw new HoldfastError(
    "badConfig",
    `${path} ${found}; a root hash of 64 to 128 hex digits would be right`,
  );
}

async function configuredBase(base: string, lookup: Lookup): Promise<BaseRoot> {
  if (base === "tmpfs") return TMPFS_BASE;
  const { device } = await lookUp(base, lookup);
  if (device !== null) return { device, fstype: null, options: "" };
  throw new HoldfastError("noDevice", `the root around its /usr, ${base}, has no device node here`);
}

interface Attempt {
  readonly partition: Partition | null;
  readonly problem: string | null;
}

async function attempt(ref: string, lookup: Lookup): Promise<Attempt> {
  try {
    return { partition: await lookUp(ref, lookup), problem: null };
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    return { partition: null, problem: messageOf(error) };
  }
}

async function lookUp(ref: string, lookup: Lookup): Promise<Partition> {
  if (lookup.table !== null) return findInTable(ref, lookup.table, lookup);
  if (lookup.unreadable !== null) throw lookup.unreadable;
  return resolvePartition(ref, lookup);
}

/** Where a partition lies for people and mounts; `problem` says why there is none. */
export function located(
  partition: Partition | null,
  problem: string | null,
): Pick<SlotPlace, "device" | "identity" | "problem"> {
  if (partition === null) return { device: null, identity: null, problem };
  const { device, partuuid, disk, number } = partition;
  const identity = partuuid === null ? null : `PARTUUID=${partuuid}`;
  const lost = device === null ? `partition ${number} of ${disk} has no device node here` : null;
  const nameless = identity === null ? `${device ?? disk} has no PARTUUID` : null;
  return { device, identity, problem: lost ?? nameless };
}

/** The error of a scheme whose store lies in files or firmware when only an image is looked at. */
export function outsideOfDisk(scheme: string): HoldfastError {
  return new HoldfastError("usage", `${scheme} keeps slot state outside of the disk that was named`, {
    next: "name the system that the disk belongs to with --root",
  });
}

/** The error of a store that lies on a disk when there is none. */
export function noDisk(slots: readonly PlacedSlot[]): HoldfastError {
  const what = slots.find((slot) => slot.storeProblem !== null)?.storeProblem ?? "no disk was found";
  return new HoldfastError("noDevice", what, {
    next: "name the disk with --disk or in the configuration, as [boot] disk",
  });
}
