import { CHROMEOS_ROOTFS_TYPE, FLATCAR_USR_TYPE, hasCounters } from "../bytes/chromeos-attributes.ts";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { plainLabel } from "../domain/boot-reason.ts";
import { hashOfPair, type ImageSet, imageSetsOf } from "./image-partitions.ts";

/** A slot as the disk itself shows it. */
export interface DiscoveredSlot {
  readonly id: string;
  readonly label: string;
  /** The entry that carries the counters; null where the store is no partition. */
  readonly store: GptEntry | null;
  /** Null when no partition of the table is recognised as its root. */
  readonly root: GptEntry | null;
  /** Set where the root is a versioned image. */
  readonly image?: DiscoveredImage;
}

/** A versioned image, as far as the table tells; no boot entry says more about it. */
export interface DiscoveredImage {
  readonly tree: "root" | "usr";
  /** Partition of its hash tree; null where the table has none of its version. */
  readonly hashTree: GptEntry | null;
  /** Null where the partitions are not named after it. */
  readonly rootHash: string | null;
  /** Partitions with the type of a root, one of which lies around a /usr; none where that is in memory. */
  readonly around: readonly GptEntry[];
}

/** Letters of slots that no bootloader is asked about. */
const LETTERS = ["a", "b", "c", "d"];

/** Slots that names and versions of partitions tell, where no bootloader's store does. */
export function discoverNamed(entries: readonly GptEntry[]): DiscoveredSlot[] {
  const kernels = discoverKernels(entries);
  const twins = kernels.length > 0 ? kernels : discoverTwins(entries, LETTERS);
  return twins.length > 0 ? twins : discoverVersions(entries);
}

/**
 * A slot for each versioned image of a disk whose bootloader keeps no entries, the newest first. Where the labels
 * follow several patterns each has its slots, called by the whole label: whose they are is not known.
 */
export function discoverVersions(entries: readonly GptEntry[]): DiscoveredSlot[] {
  const sets = imageSetsOf(entries, []);
  const slots = sets.flatMap((images) => slotsOfSet(images, sets.length > 1));
  return slots.map((slot, at) => {
    const twins = slots.slice(0, at).filter(({ id }) => id === slot.id).length;
    return twins === 0 ? slot : { ...slot, id: `p${slot.root?.number}` };
  });
}

function slotsOfSet(images: ImageSet, isOneOfSeveral: boolean): DiscoveredSlot[] {
  return images.slots.flatMap(({ state, version, partition: { entry } }) => {
    if (state !== "version" || version === null) return [];
    const hashTree = images.verity.get(version) ?? null;
    const rootHash = hashTree === null ? null : hashOfPair(entry, hashTree);
    const image = { tree: images.tree, hashTree, rootHash, around: images.around };
    const label = isOneOfSeveral ? entry.name : `Version ${version}`;
    const id = idOf(isOneOfSeveral ? `${images.pattern.before}${version}` : version);
    return [{ id, label, store: null, root: entry, image }];
  });
}

/** What only a person can say where images of several patterns lie on a disk; null where there is one at most. */
export function questionOfVersions(entries: readonly GptEntry[]): string | null {
  const sets = imageSetsOf(entries, []);
  if (sets.length < 2) return null;
  const choices = sets.map(({ pattern, slots }) => {
    const names = slots.flatMap(({ state, partition: { label } }) => (state === "empty" ? [] : [label]));
    return `${pattern.before}@v${pattern.after} (${names.join(", ")})`;
  });
  return `Which images are this system's: ${choices.join(" or ")}? Name its slots in the configuration, as [[slot]].`;
}

/** The longest end of a version that is an id. */
function idOf(version: string): string {
  const plain = version.toLowerCase().replaceAll(/[^a-z0-9_-]+/g, "-");
  return plain.slice(-16).replace(/^[_-]+/, "");
}

/**
 * Slots of a disk that nobody has configured: its ChromeOS kernel partitions, or Flatcar's /usr, in table order. The id is the
 * letter at the end of the name ("boot_a", "KERN-A", "USR-A"), else "p" and the number, also where two share a letter.
 */
export function discoverKernels(entries: readonly GptEntry[]): DiscoveredSlot[] {
  const kernels = entries.filter(({ type }) => hasCounters(type));
  return kernels.map((kernel) => {
    const letter = suffixOf(kernel.name);
    const shared = kernels.some((other) => other !== kernel && suffixOf(other.name) === letter);
    const id = letter === null || shared ? null : letter;
    return {
      id: id ?? `p${kernel.number}`,
      label: id === null ? kernel.name || `Partition ${kernel.number}` : plainLabel(id),
      store: kernel,
      root: rootOf(kernel, entries),
    };
  });
}

/** Names of roots on a disk with slots, the most usual first. */
const ROOT_NAMES = ["root", "rootfs", "system", "usr"];

/**
 * Slots of a disk whose partitions come in pairs: the root is root_a or system_a, the store boot_a. Bootloaders know a
 * and b; where none is asked there may be more.
 */
export function discoverTwins(
  entries: readonly GptEntry[],
  letters: readonly string[] = ["a", "b"],
): DiscoveredSlot[] {
  const find = (name: string, id: string) =>
    entries.find((entry) => entry.name.toLowerCase() === `${name}_${id}`) ?? null;
  return letters.flatMap((id) => {
    const root = ROOT_NAMES.map((name) => find(name, id)).find((entry) => entry !== null) ?? null;
    const store = find("boot", id);
    return root === null && store === null ? [] : [{ id, label: plainLabel(id), store, root }];
  });
}

/** The letter behind the last "_" or "-" of a partition name, in lower case. */
function suffixOf(name: string): string | null {
  return /[_-]([a-z])$/i.exec(name)?.[1]?.toLowerCase() ?? null;
}

/** Names of roots on disks that do not type them. */
const ROOT_NAME = /^(root|rootfs|system)[_-]/i;

/**
 * The next partition number (PARTNROFF=1) when it is a root whose letter is no other than the kernel's, or has
 * its letter; else the root with that letter: by type, or where none is typed so, by name.
 */
function rootOf(kernel: GptEntry, entries: readonly GptEntry[]): GptEntry | null {
  const letter = suffixOf(kernel.name);
  const hasLetter = (entry: GptEntry) => letter !== null && suffixOf(entry.name) === letter;
  const hasOther = (entry: GptEntry) => letter !== null && ![letter, null].includes(suffixOf(entry.name));
  // It is /usr and carries the counters itself.
  if (kernel.type === FLATCAR_USR_TYPE) return kernel;
  const others = entries.filter(({ type }) => !hasCounters(type));
  const next = others.find((entry) => entry.number === kernel.number + 1);
  const isRoot = next?.type === CHROMEOS_ROOTFS_TYPE;
  if (next !== undefined && (hasLetter(next) || (isRoot && !hasOther(next)))) return next;
  const lettered = others.filter(hasLetter);
  const typed = lettered.find((entry) => entry.type === CHROMEOS_ROOTFS_TYPE);
  return typed ?? lettered.find((entry) => ROOT_NAME.test(entry.name)) ?? null;
}
