import { statSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Package } from "../bytes/package-lists.ts";
import { compareVersions } from "../bytes/version-order.ts";
import type { PackageSet } from "./packages.ts";
import { resolveInside } from "./resolve.ts";

/** Where Nix and Guix keep what is in their stores (nix: src/libstore/schema.sql; guix has the same tables). */
export interface StoreDatabase {
  readonly source: "nix" | "guix";
  readonly path: string;
}

/** Everything that a path of the store needs, itself included. */
const CLOSURE = `
WITH RECURSIVE closure(id) AS (
  SELECT id FROM ValidPaths WHERE path = ?
  UNION SELECT reference FROM Refs JOIN closure ON referrer = id
)
SELECT path FROM closure JOIN ValidPaths USING (id)`;

/** Parts of a package that have a path of their own. */
const OUTPUTS = /-(?:bin|dev|doc|man|info|lib|out|debug)$/;

/**
 * The packages that a system of a store is made of: all paths that it needs whose names end in a version. Null where
 * the database is not there, or has changes that were never written into it. Nothing is written beside it.
 */
export function readStorePackages(
  tree: string,
  { source, path }: StoreDatabase,
  toplevel: string,
): PackageSet | null {
  const file = resolveInside(tree, path);
  if (file === null || (statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) return null;
  const address = pathToFileURL(file);
  address.searchParams.set("immutable", "1");
  // Loaded when somebody compares: the start of a boot has no use for it.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(address, { readOnly: true, allowExtension: false });
  try {
    const names = database.prepare(CLOSURE).all(toplevel);
    const packages = names.flatMap((row) => packageOf(String(row.path)) ?? []);
    const unique = new Map(packages.map((each) => [`${each.name} ${each.version}`, each]));
    return packages.length === 0 ? null : { source, packages: [...unique.values()], order: compareVersions };
  } finally {
    database.close();
  }
}

/** The version begins behind the first dash that no letter follows (Nix manual, parseDrvName). */
function packageOf(path: string): Package | null {
  const name = path.replace(/^.*\/[0-9a-z]+-/, "").replace(OUTPUTS, "");
  const [, plain, version] = /^(.+?)-([^A-Za-z].*)$/.exec(name) ?? [];
  return plain === undefined || version === undefined ? null : { name: plain, version, architecture: null };
}
