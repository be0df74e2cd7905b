import { HoldfastError } from "../domain/errors.ts";
import { groupKey, type KeptSystem, type KeptSystems, type SystemGroup } from "../domain/kept-systems.ts";
import type { Running, System } from "../domain/system.ts";
import { listBlockDevices } from "../linux/block.ts";
import { diskFacts } from "../linux/block-facts.ts";
import { type Search, withPlaces } from "./kept-volumes.ts";
import { FILE_KINDS, type FoundSystems, findSystems } from "./kinds/all.ts";
import type { Kind, Place } from "./kinds/kind.ts";
import { attempt } from "./kinds/tree.ts";
import { nextTurn } from "./look-turns.ts";

/** Looks at every disk and describes every system of every family on them; mounts are read-only and short. */
export function readKept(search: Search, running: Running): Promise<KeptSystems> {
  return withPlaces(search, async ({ places, problems: closed }) => {
    const [groups, problems]: [SystemGroup[], string[]] = [[], [...closed]];
    for (const place of places) {
      for (const kind of FILE_KINDS) {
        await nextTurn();
        const found = await readKind(kind, place, running);
        problems.push(...found.problems);
        if (found.systems.length > 0)
          groups.push(groupOf(kind, place, found.systems, running, search.without));
      }
    }
    return { groups, problems };
  });
}

/** The systems of one family in a place, one after the other, so that nobody has to wait for all. */
async function readKind(kind: Kind, place: Place, running: Running): Promise<FoundSystems> {
  const [systems, problems]: [System[], string[]] = [[], []];
  for (const found of findSystems(kind, place, running)) {
    await nextTurn();
    if ("system" in found) systems.push(found.system);
    else problems.push(found.problem);
  }
  return { systems, problems };
}

function groupOf(
  { name, named }: Kind,
  place: Place,
  found: readonly System[],
  { commandLine = "" }: Running,
  without: ReadonlySet<string>,
): SystemGroup {
  const key = groupKey(name, place.root);
  const systems = found.map((system) => withKey(key, system));
  const id = attempt(() => named(place, commandLine));
  const chosen = systems.find((system) => system.id === id)?.key ?? null;
  return { key, kind: name, device: place.root.device, ...diskOf(place, without), systems, named: chosen };
}

function diskOf({ disk: node }: Place, slots: ReadonlySet<string>): Pick<SystemGroup, "disk"> {
  if (node === undefined) return {};
  const hasSlots = listBlockDevices().some(({ device, disk }) => disk === node && slots.has(device));
  return { disk: { node, ...diskFacts(node), hasSlots } };
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
export function withKept<T>(
  search: Search,
  running: Running,
  key: string,
  use: (kept: KeptPlace) => T | Promise<T>,
): Promise<T> {
  return withPlaces(search, ({ places }) => {
    for (const place of places) {
      for (const kind of FILE_KINDS) {
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
