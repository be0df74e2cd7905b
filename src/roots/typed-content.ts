import { type Search, withPlaces } from "./kept-volumes.ts";
import { FILE_KINDS } from "./kinds/all.ts";
import type { Place } from "./kinds/kind.ts";
import { attempt } from "./kinds/tree.ts";
import { resolveInside } from "./resolve.ts";

/** A partition that only its type tells to be a system. */
interface Typed {
  readonly device: string;
  readonly tree: "root" | "usr";
}

/** Families that keep each system in a file system of its own, and say so in another one. */
const SPREAD = new Set(["abroot", "steamos"]);

/**
 * The devices among these that hold one system of their own: with an os-release, and none of a family that keeps
 * several. Only their disks are looked at.
 */
export async function holdOneSystem(search: Search, devices: readonly Typed[]): Promise<ReadonlySet<string>> {
  return withPlaces({ ...search, besides: new Set(devices.map(({ device }) => device)) }, ({ places }) => {
    const kept = new Set(places.flatMap(keptBy));
    const held = devices.filter(({ device, tree }) => {
      const place = places.find(({ root }) => root.device === device);
      return place !== undefined && !kept.has(device) && isSystem(place.root.tree, tree);
    });
    return new Set(held.map(({ device }) => device));
  });
}

/** The devices of a place that belong to a family. */
function keptBy(place: Place): string[] {
  return FILE_KINDS.flatMap((kind) => {
    // What cannot be read is none of ours either.
    const isThere = attempt(() => kind.list(place).length > 0) ?? true;
    if (!isThere) return [];
    const spread = SPREAD.has(kind.name) ? place.others : [];
    return [place.root, ...spread].map(({ device }) => device);
  });
}

const RELEASE = { root: ["etc/os-release", "usr/lib/os-release"], usr: ["lib/os-release"] } as const;

function isSystem(top: string, tree: Typed["tree"]): boolean {
  return RELEASE[tree].some((path) => attempt(() => resolveInside(top, path)) !== null);
}
