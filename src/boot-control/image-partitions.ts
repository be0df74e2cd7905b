import type { GptEntry } from "../bytes/gpt-entries.ts";
import { ESP_TYPE, type ImageType, imageType } from "../bytes/partition-types.ts";
import { inferPatterns, type LabelPattern } from "../bytes/versioned-label.ts";
import type { BootEntry } from "./boot-entries.ts";
import { type LabelledPartition, type VersionedSlot, versionedSlots } from "./versioned-slots.ts";

/** A partition of a table under the names that a versioned slot goes by. */
export interface ImagePartition extends LabelledPartition {
  readonly entry: GptEntry;
}

/** System images of a disk as systemd-sysupdate keeps them: versions in the labels of their partitions. */
export interface ImageSet {
  /** What their labels have in common. */
  readonly pattern: LabelPattern;
  /** /usr where there are partitions of that type: then a root partition is only what lies around it. */
  readonly tree: ImageType["tree"];
  readonly slots: readonly VersionedSlot<ImagePartition>[];
  /** Partitions with the type of a root where the images are /usr. */
  readonly around: readonly GptEntry[];
  /** Partition of each version's hash tree. */
  readonly verity: ReadonlyMap<string, GptEntry>;
}

/**
 * The versioned images of a disk; null when it has none, or when their labels follow more than one pattern so
 * that nobody can say which of them are the system's. `arch` leaves out images for other machines.
 */
export function imagesOf(
  entries: readonly GptEntry[],
  bootEntries: readonly BootEntry[],
  arch: string | null = null,
): ImageSet | null {
  const [only = null, another] = imageSetsOf(entries, bootEntries, arch);
  return another === undefined ? only : null;
}

/** The same for each pattern that the labels follow, in the order of the table. */
export function imageSetsOf(
  entries: readonly GptEntry[],
  bootEntries: readonly BootEntry[],
  arch: string | null = null,
): ImageSet[] {
  const typed = entries.flatMap((entry) => {
    const type = imageType(entry.type);
    return type === null || (arch !== null && type.arch !== arch) ? [] : [{ entry, ...type }];
  });
  const ofRole = (role: ImageType["role"], tree: ImageType["tree"]) =>
    typed.filter((each) => each.role === role && each.tree === tree).map(({ entry }) => partition(entry));
  const tree = ofRole("data", "usr").length > 0 ? "usr" : "root";
  const data = ofRole("data", tree);
  const around = tree === "usr" ? ofRole("data", "root").map(({ entry }) => entry) : [];
  const trees = ofRole("verity", tree);
  const patterns = inferPatterns(data.map(({ label }) => label));
  return patterns.map((pattern) => ({
    ...{ pattern, tree, around },
    slots: versionedSlots(data, pattern, bootEntries),
    verity: versionsOf(trees, treePattern(trees, pattern, patterns.length)),
  }));
}

/** The pattern of the hash trees that belong to images: the only one, else the one that begins likewise. */
function treePattern(
  trees: readonly (ImagePartition & { readonly label: string })[],
  { before }: LabelPattern,
  patterns: number,
): LabelPattern | null {
  const all = inferPatterns(trees.map(({ label }) => label));
  const own = patterns === 1 ? all : all.filter((each) => each.before === before);
  const [only = null, another] = own;
  return another === undefined ? only : null;
}

function versionsOf(
  trees: readonly ImagePartition[],
  pattern: LabelPattern | null,
): ReadonlyMap<string, GptEntry> {
  const versioned = pattern === null ? [] : versionedSlots(trees, pattern, []);
  return new Map(
    versioned.flatMap(({ version, partition: { entry } }) => (version === null ? [] : [[version, entry]])),
  );
}

/** Whether a partition of a disk has the type of a system image. */
export function mayHaveTyped(entries: readonly GptEntry[]): boolean {
  return entries.some(({ type }) => imageType(type)?.role === "data");
}

/** Whether a disk looks as if boot entries on it started images on it; cheap, before anything is read. */
export function mayHaveImages(entries: readonly GptEntry[]): boolean {
  return entries.some(({ type }) => type === ESP_TYPE) && mayHaveTyped(entries);
}

function partition(entry: GptEntry): ImagePartition & { readonly label: string } {
  return { entry, label: entry.name, partuuid: entry.guid };
}

/**
 * The version of the image that a boot entry starts: that in the partition's label, else on a disk with
 * versioned images what a unified kernel image says of itself; null for any other entry.
 */
export function versionStarted(images: ImageSet | null, entry: BootEntry): string | null {
  if (images === null) return null;
  const labelled = images.slots.find((slot) => slot.entries.includes(entry))?.version ?? null;
  return labelled ?? (entry.kind === "uki" ? entry.version : null);
}

/** Sentences about images that are not offered for a start. */
export function imageNotes(images: ImageSet | null): string[] {
  if (images === null) return [];
  const name = ({ number, name: label }: GptEntry) => `partition ${number} (${label})`;
  return images.slots.flatMap(({ partition: { entry }, problem }) =>
    problem === null ? [] : [`${name(entry)} is not offered: ${problem}`],
  );
}

/**
 * The root hash that a pair of partitions is named after (Discoverable Partitions Specification): the data
 * partition's GUID and the tree's, one after the other. Null where either is a GUID of chance. Nobody has
 * signed it: it tells damage, not an attacker.
 */
export function hashOfPair(data: GptEntry, tree: GptEntry): string | null {
  if (isRandom(data.guid) && isRandom(tree.guid)) return null;
  return `${data.guid}${tree.guid}`.replaceAll("-", "");
}

/** Version 4 of RFC 9562: what every tool makes that is not told a GUID; a hash looks so once in 64 times. */
function isRandom(guid: string): boolean {
  return /^.{14}4.{4}[89ab]/.test(guid);
}
