import type { PackageChange, PackageDifference } from "./comparison.ts";

/** A package of one side. */
interface Installed {
  readonly name: string;
  readonly version: string;
  readonly architecture: string | null;
}

/** Below 0 when the first version is older. */
type Order = (a: string, b: string) => number;

/**
 * What differs between two package sets. A package that is there in several versions at once, as kernels
 * are, is compared version by version; one in several architectures counts for each.
 */
export function comparePackages(
  source: string,
  left: readonly Installed[],
  right: readonly Installed[],
  order: Order,
): PackageDifference {
  const [before, after] = [versionsOf(left, right), versionsOf(right, left)];
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  const changes = names.map((name) => changesOf(name, before.get(name) ?? [], after.get(name) ?? [], order));
  const changed = changes.flatMap((each) => each.changed);
  const unchanged = changes.reduce((sum, { same }) => sum + same, 0);
  return {
    source,
    added: changes.flatMap(({ added }) => added),
    removed: changes.flatMap(({ removed }) => removed),
    upgraded: changed.filter((one) => order(one.left, one.right) < 0),
    downgraded: changed.filter((one) => order(one.left, one.right) > 0),
    unchanged: unchanged + changed.filter((one) => order(one.left, one.right) === 0).length,
  };
}

interface Changes {
  readonly added: readonly { readonly name: string; readonly version: string }[];
  readonly removed: readonly { readonly name: string; readonly version: string }[];
  readonly changed: readonly PackageChange[];
  readonly same: number;
}

function changesOf(name: string, left: readonly string[], right: readonly string[], order: Order): Changes {
  const gone = left.filter((version) => !right.includes(version)).sort(order);
  const come = right.filter((version) => !left.includes(version)).sort(order);
  const both = Math.min(gone.length, come.length);
  const named = (version: string) => ({ name, version });
  return {
    // The newest of either side belong together.
    removed: gone.slice(0, gone.length - both).map(named),
    added: come.slice(0, come.length - both).map(named),
    changed: gone.slice(gone.length - both).map((version, index) => {
      return { name, left: version, right: come[come.length - both + index] ?? version };
    }),
    same: left.length - gone.length,
  };
}

/** Versions by name; by name and architecture where either side has a package in more than one. */
function versionsOf(side: readonly Installed[], other: readonly Installed[]): Map<string, string[]> {
  const several = inSeveralArchitectures([side, other]);
  const versions = new Map<string, string[]>();
  for (const { name, version, architecture } of side) {
    const key = several.has(name) && architecture !== null ? `${name}:${architecture}` : name;
    versions.set(key, [...(versions.get(key) ?? []), version]);
  }
  return versions;
}

function inSeveralArchitectures(sides: readonly (readonly Installed[])[]): Set<string> {
  const several = new Set<string>();
  for (const side of sides) {
    const seen = new Map<string, string | null>();
    for (const { name, architecture } of side) {
      if (seen.has(name) && seen.get(name) !== architecture) several.add(name);
      seen.set(name, architecture);
    }
  }
  return several;
}
