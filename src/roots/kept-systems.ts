import { HoldfastError } from "../domain/errors.ts";
import { groupKey, type KeptSystem, type KeptSystems, type SystemGroup } from "../domain/kept-systems.ts";
import type { Running, System, SystemKind } from "../domain/system.ts";
import { type Search, withPlaces } from "./kept-volumes.ts";
import { KINDS, readSystems } from "./kinds/all.ts";
import type { Kind, Opening, Place } from "./kinds/kind.ts";

/** Looks at every disk and describes every system of every family on them; mounts are read-only and short. */
export function readKept(search: Search, running: Running): KeptSystems {
  return withPlaces(search, (found) => {
    const problems = [...found.problems];
    const groups = found.places.flatMap((place) => {
      const { systems, problems: unread } = readSystems(place, running);
      problems.push(...unread);
      return KINDS.flatMap(({ name }) => groupOf(name, place, systems) ?? []);
    });
    return { groups, problems };
  });
}

function groupOf(kind: SystemKind, { root }: Place, all: readonly System[]): SystemGroup | null {
  const key = groupKey(kind, root);
  const systems = all.filter((system) => system.kind === kind).map((system) => withKey(key, system));
  return systems.length === 0 ? null : { key, kind, device: root.device, systems };
}

function withKey(group: string, system: System): KeptSystem {
  return { ...system, key: `${group}:${system.id}` };
}

/** A system that is there now, with all that its kind is asked with. */
export interface KeptPlace {
  readonly kind: Kind;
  readonly place: Place;
  readonly system: System;
}

/** Finds a system anew by its key, for as long as `use` runs. Throws `usage` when it is not there (any more). */
export function withKept<T>(search: Search, running: Running, key: string, use: (kept: KeptPlace) => T): T {
  return withPlaces(search, ({ places }) => {
    for (const place of places) {
      for (const kind of KINDS) {
        const group = groupKey(kind.name, place.root);
        if (!key.startsWith(`${group}:`)) continue;
        const id = key.slice(group.length + 1);
        if (!kind.list(place).includes(id)) continue;
        return use({ kind, place, system: kind.describe(place, id, running) });
      }
    }
    throw new HoldfastError("usage", `There is no system "${key}" on the disks of this device.`);
  });
}

/** What enters a system once, with its root on `target`. Throws `slotFailed` where nothing can. */
export function openKept({ kind, place, system }: KeptPlace, running: Running, target: string): Opening {
  return kind.open(place, system.id, running, target);
}
