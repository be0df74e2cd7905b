import { messageOf } from "../../domain/errors.ts";
import type { Running, System } from "../../domain/system.ts";
import { abroot } from "./abroot.ts";
import { alpine } from "./alpine.ts";
import { btrfsSnapshot } from "./btrfs-snapshot.ts";
import { guix } from "./guix.ts";
import type { Kind, Place } from "./kind.ts";
import { nixos } from "./nixos.ts";
import { ostree } from "./ostree.ts";
import { partitions } from "./partitions.ts";
import { steamos } from "./steamos.ts";

/** Families that keep all their systems in a file system. */
export const FILE_KINDS: readonly Kind[] = [ostree, btrfsSnapshot, nixos, guix, abroot, alpine, steamos];

/** Every family that Holdfast knows. */
export const KINDS: readonly Kind<unknown, unknown>[] = [partitions, ...FILE_KINDS];

/** The systems of all families in one place, and sentences about those that could not be read. */
export interface FoundSystems {
  readonly systems: readonly System[];
  readonly problems: readonly string[];
}

/** A system that was described, or a sentence about one that could not be. */
export type FoundSystem = { readonly system: System } | { readonly problem: string };

/** Describes the systems of one family, each when the next is asked for. What cannot be read is a problem and not the end. */
export function* findSystems(kind: Kind, place: Place, running: Running): Generator<FoundSystem> {
  const problemOf = (what: string, error: unknown) => ({
    problem: `${what} cannot be read: ${messageOf(error)}`,
  });
  try {
    for (const { id, describe } of kind.each(place, running)) {
      try {
        yield { system: describe() };
      } catch (error) {
        yield problemOf(id, error);
      }
    }
  } catch (error) {
    yield problemOf(`What ${kind.name} keeps on ${place.root.device}`, error);
  }
}
