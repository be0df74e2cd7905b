import { readdirSync, readFileSync, statfsSync } from "node:fs";
import { parseOsRelease } from "../bytes/os-release.ts";
import { compareVersions } from "../bytes/version-order.ts";
import type { ComparedSystem, Comparison } from "../domain/comparison.ts";
import { comparePackages } from "../domain/comparison-packages.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import type { System } from "../domain/system.ts";
import { type PackageSet, type PackageSets, readPackages } from "./packages.ts";
import { resolveInside } from "./resolve.ts";

/** What was read of one system, in one go, so that its root has to be mounted only once. */
export interface SystemFacts {
  readonly system: ComparedSystem;
  readonly packages: PackageSets;
}

/**
 * Reads what a comparison needs from the root at `tree`. `builtAt` is the time in the image's superblock, in
 * seconds since 1970; null where it has none.
 */
export async function readSystem(slot: string, tree: string, builtAt: number | null): Promise<SystemFacts> {
  const os = osReleaseOf(tree);
  const { blocks, bfree, bsize } = statfsSync(tree);
  const system: ComparedSystem = {
    slot,
    name: os.get("PRETTY_NAME") ?? os.get("NAME") ?? null,
    version: os.get("IMAGE_VERSION") ?? os.get("VERSION_ID") ?? os.get("VERSION") ?? null,
    buildDate: builtAt === null ? dateIn(os.get("BUILD_ID")) : new Date(builtAt * 1000).toISOString(),
    kernel: newestKernel(tree),
    bytes: (blocks - bfree) * bsize,
  };
  return { system, packages: await readPackages(tree) };
}

/** What a kind knows of the packages of a system: a list beside its files, and where those lie. */
export interface PackagePlace {
  readonly listed: PackageSet | null;
  readonly tree: string | null;
}

/** The same of a system that shares its file system with others: what its kind knows of it, and its packages. */
export async function readKeptSystem(
  key: string,
  system: System,
  { listed, tree }: PackagePlace,
): Promise<SystemFacts> {
  const { title, version, date, kernel } = system;
  const newest = [...kernel.releases].sort(compareVersions).at(-1) ?? null;
  const compared = { slot: key, name: title, version, buildDate: date, kernel: newest, bytes: null };
  const inside: PackageSets = tree === null ? { sets: [], problems: [] } : await readPackages(tree);
  const sets = [...(listed === null ? [] : [listed]), ...inside.sets];
  return { system: compared, packages: { sets, problems: inside.problems } };
}

function osReleaseOf(tree: string): ReadonlyMap<string, string> {
  const file = resolveInside(tree, "etc/os-release") ?? resolveInside(tree, "usr/lib/os-release");
  return file === null ? new Map() : parseOsRelease(readFileSync(file, "utf8"));
}

/** The date that a BUILD_ID such as "2026-11-20" or "20261120.3" begins with; null where it is none. */
function dateIn(buildId: string | undefined): string | null {
  const [, year, month, day] = /^(20\d\d)-?(\d\d)-?(\d\d)(?!\d)/.exec(buildId ?? "") ?? [];
  const date = `${year}-${month}-${day}`;
  return Number.isNaN(Date.parse(date)) ? null : date;
}

function newestKernel(tree: string): string | null {
  const folders = ["usr/lib/modules", "lib/modules"].flatMap((path) => resolveInside(tree, path) ?? []);
  const releases = folders.flatMap((folder) => readdirSync(folder));
  return releases.sort(compareVersions).at(-1) ?? null;
}

/** What differs between two systems. `stays` says what a change from one to the other leaves alone. */
export function compareSystems(left: SystemFacts, right: SystemFacts, stays: readonly string[]): Comparison {
  const problems = [...left.packages.problems, ...right.packages.problems];
  for (const before of left.packages.sets) {
    const after = right.packages.sets.find(({ source }) => source === before.source);
    if (after === undefined) continue;
    const packages = comparePackages(before.source, before.packages, after.packages, before.order);
    return { left: left.system, right: right.system, packages, packagesProblem: null, stays };
  }
  const packagesProblem = problems[0] ?? missingList(left, right);
  return { left: left.system, right: right.system, packages: null, packagesProblem, stays };
}

function missingList(left: SystemFacts, right: SystemFacts): string {
  const without = [left, right].filter(({ packages }) => packages.sets.length === 0);
  const [only] = without;
  if (without.length === 2) return "Neither of them has a list of its packages.";
  if (only !== undefined) return `${nameOf(only)} has no list of its packages.`;
  return "Their lists of packages are of different kinds.";
}

function nameOf({ system: { slot, name } }: SystemFacts): string {
  return isSystemKey(slot) ? (name ?? slot) : `Slot ${slot}`;
}
