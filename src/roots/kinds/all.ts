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

/** Describes every system in a place. A family that cannot be read is a problem and not the end. */
export function readSystems(
  place: Place,
  running: Running,
  kinds: readonly Kind[] = FILE_KINDS,
): FoundSystems {
  const systems: System[] = [];
  const problems: string[] = [];
  const attempt = (what: string, read: () => void) => {
    try {
      read();
    } catch (error) {
      problems.push(`${what} cannot be read: ${messageOf(error)}`);
    }
  };
  for (const kind of kinds) {
    attempt(`What ${kind.name} keeps on ${place.root.device}`, () => {
      for (const id of kind.list(place)) {
        attempt(id, () => systems.push(kind.describe(place, id, running)));
      }
    });
  }
  return { systems, problems };
}
