import type { GptEntry } from "../bytes/gpt-entries.ts";
import { type ImageType, imageType } from "../bytes/partition-types.ts";
import { EMPTY_LABEL } from "../bytes/versioned-label.ts";
import { plainLabel } from "../domain/boot-reason.ts";
import { type DiscoveredSlot, discoverNamed } from "./discover.ts";
import { hashOfPair } from "./image-partitions.ts";

/** Partitions of a disk that nothing but their type tells to be systems (Discoverable Partitions Specification). */
export interface TypedImages {
  /** /usr where there are partitions of that type: then a root partition is only what lies around it. */
  readonly tree: ImageType["tree"];
  /** In the order of the table. */
  readonly images: readonly TypedImage[];
  /** Roots that may lie around a /usr. */
  readonly around: readonly GptEntry[];
  /** Whether every image was looked into, or is one by its file system. */
  readonly seen: boolean;
}

export interface TypedImage {
  readonly entry: GptEntry;
  /** As many trees as images are one for each, in the same order; else the first, which `isPair` tells. */
  readonly hashTree: GptEntry | null;
  readonly isPair: boolean;
}

/** Bit of a partition that automatic discovery is to leave alone. */
const NO_AUTO = 1n << 63n;
const UNFINISHED = /^(PRT|PND)#/;

/**
 * What may be such a system on a disk that shows no slots otherwise; null where nothing may. An image of another
 * architecture is none of this machine's; `arch` is null for a disk of some other machine, which has one.
 */
export function typedImages(entries: readonly GptEntry[], arch: string | null): TypedImages | null {
  if (discoverNamed(entries).length > 0) return null;
  const typed = entries.flatMap((entry) => {
    const type = imageType(entry.type);
    const free = entry.name === EMPTY_LABEL || UNFINISHED.test(entry.name);
    return type === null || free || (entry.attributes & NO_AUTO) !== 0n ? [] : [{ entry, ...type }];
  });
  const of = arch ?? typed[0]?.arch;
  const ofRole = (role: ImageType["role"], tree: ImageType["tree"]) =>
    typed
      .filter((each) => each.role === role && each.tree === tree && each.arch === of)
      .map(({ entry }) => entry);
  const roots = ofRole("data", "root");
  const usrs = ofRole("data", "usr");
  const tree = usrs.length > 0 ? "usr" : "root";
  const data = tree === "usr" ? usrs : roots;
  if (data.length === 0) return null;
  const trees = ofRole("verity", tree);
  const isPair = trees.length === data.length;
  const images = data.map((entry, at) => ({ entry, hashTree: trees[isPair ? at : 0] ?? null, isPair }));
  return { tree, images, around: tree === "usr" ? roots : [], seen: true };
}

const LETTERS = "abcdefgh";

/** A slot for each: the only one is the system, several go by letters in the order of the table. */
export function typedSlots({ tree, images, around }: TypedImages): DiscoveredSlot[] {
  return images.map(({ entry: root, hashTree, isPair }, at) => {
    const id = LETTERS[at] ?? `p${root.number}`;
    const label = images.length === 1 ? "System" : plainLabel(id);
    // A pair that is none proves nothing, and is not entered.
    const rootHash = hashTree !== null && isPair ? hashOfPair(root, hashTree) : null;
    return { id, label, store: null, root, image: { tree, hashTree, rootHash, around } };
  });
}

/** The partitions in words. */
export function namesOfTyped({ images }: TypedImages): string {
  const names = images.map(({ entry: { number, name } }) => `${number}${name === "" ? "" : ` (${name})`}`);
  if (names.length < 2) return `partition ${names[0]}`;
  return `partitions ${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}
