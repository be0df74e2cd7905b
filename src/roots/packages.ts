import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { compareApk } from "../bytes/apk-order.ts";
import { compareDpkg } from "../bytes/dpkg-order.ts";
import {
  type Package,
  parseApkInstalled,
  parseDpkgStatus,
  parseManifest,
  parsePacmanDesc,
} from "../bytes/package-lists.ts";
import { comparePacman, compareRpm } from "../bytes/rpm-order.ts";
import { compareVersions } from "../bytes/version-order.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { nextTurn } from "./look-turns.ts";
import { readRpmDatabase } from "./packages-rpm.ts";
import { resolveInside } from "./resolve.ts";

/** The packages of a system and how their versions follow each other. */
export interface PackageSet {
  /** Package system, such as "dpkg"; "manifest" where a list of the image's builder has to do. */
  readonly source: string;
  readonly packages: readonly Package[];
  order(a: string, b: string): number;
}

/** What a system says about its packages. `problems` are sentences about databases that could not be read. */
export interface PackageSets {
  readonly sets: readonly PackageSet[];
  readonly problems: readonly string[];
}

interface Source {
  readonly name: string;
  /** Where it lies, in the order in which it is looked for; systems with /var elsewhere keep it in /usr. */
  readonly paths: readonly string[];
  read(path: string): Omit<PackageSet, "source"> | null | Promise<Omit<PackageSet, "source"> | null>;
}

const SOURCES: readonly Source[] = [
  {
    name: "rpm",
    paths: ["usr/lib/sysimage/rpm", "usr/share/rpm", "var/lib/rpm"],
    async read(folder) {
      const packages = await readRpmDatabase(folder);
      return packages === null ? null : { packages, order: compareRpm };
    },
  },
  {
    name: "dpkg",
    paths: ["var/lib/dpkg/status", "usr/share/factory/var/lib/dpkg/status"],
    read: (file) => ({ packages: parseDpkgStatus(readBounded(file)), order: compareDpkg }),
  },
  {
    name: "apk",
    paths: ["usr/lib/apk/db/installed", "lib/apk/db/installed"],
    read: (file) => ({ packages: parseApkInstalled(readBounded(file)), order: compareApk }),
  },
  {
    name: "pacman",
    paths: ["var/lib/pacman/local", "usr/lib/holo/pacmandb/local", "usr/share/factory/var/lib/pacman/local"],
    read: (folder) => ({ packages: readPacman(folder), order: comparePacman }),
  },
  { name: "manifest", paths: ["usr/lib", "usr/share", ""], read: readManifest },
];

/** More than the lists of any system that fits on a disk of today; keeps a damaged one from filling the memory. */
const MAX_BYTES = 64 << 20;
const MAX_PACKAGES = 100_000;

function readBounded(file: string): string {
  const found = statSync(file);
  if (!found.isFile()) throw new HoldfastError("badStore", "it is no regular file");
  const { size } = found;
  if (size <= MAX_BYTES) return readFileSync(file, "utf8");
  throw new HoldfastError("badStore", `it has ${size} bytes; a list of packages has at most ${MAX_BYTES}`);
}

function readPacman(folder: string): Package[] {
  const names = readdirSync(folder, { withFileTypes: true }).filter((each) => each.isDirectory());
  if (names.length > MAX_PACKAGES) throw new HoldfastError("badStore", `it has ${names.length} packages`);
  return names.flatMap(({ name }) => parsePacmanDesc(readBounded(join(folder, name, "desc"))) ?? []);
}

/** By the package system that a manifest names; the order of the others is that of UAPI.10. */
const ORDERS: Readonly<Record<string, PackageSet["order"]>> = {
  rpm: compareRpm,
  deb: compareDpkg,
  apk: compareApk,
  pkg: comparePacman,
};

function readManifest(folder: string): Omit<PackageSet, "source"> | null {
  const name = readdirSync(folder).find((each) => each.endsWith(".manifest"));
  if (name === undefined) return null;
  const { type, packages } = parseManifest(readBounded(join(folder, name)), name);
  return { packages, order: ORDERS[type ?? ""] ?? compareVersions };
}

/**
 * Every list of packages that the root at `tree` has; a database that is broken is a problem and not the end.
 * A list without packages is none: an empty rpm database only says that rpm was once called.
 */
export async function readPackages(tree: string): Promise<PackageSets> {
  const sets: PackageSet[] = [];
  const problems: string[] = [];
  for (const source of SOURCES) {
    await nextTurn();
    for (const path of source.paths) {
      const found = resolveInside(tree, path);
      if (found === null) continue;
      try {
        const set = await source.read(found);
        if (set === null || set.packages.length === 0) continue;
        sets.push({ source: source.name, ...set });
        break;
      } catch (error) {
        problems.push(`The ${source.name} list in /${path} cannot be read: ${messageOf(error)}.`);
      }
    }
  }
  return { sets, problems };
}
