import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { pathToFileURL } from "node:url";
import type { Package } from "../bytes/package-lists.ts";
import { readRpmHeader } from "../bytes/rpm-header.ts";
import { HoldfastError } from "../domain/errors.ts";
import { nextTurn } from "./look-turns.ts";

/** Databases of other kinds that rpm has had, which are not read. */
const OTHERS = [
  { file: "Packages.db", kind: "ndb" },
  { file: "Packages", kind: "Berkeley DB" },
] as const;

/** Name and version stand near the beginning of a header; its file lists make up the rest. */
const USUAL_BYTES = 16 << 10;
const MAX_HEADER = 64 << 20;
/** A phone's flash reads the whole database of a desktop within a second or two. */
const MAX_MS = 20_000;
const SLICE_MS = 10;
/** Keys that rpm keeps in the form of packages. */
const NO_PACKAGE = "gpg-pubkey";

/**
 * The packages of rpm's SQLite database in `folder`; null when there is no database at all. The file is
 * opened as one that nobody changes: nothing is written beside it, and it may lie on a read-only medium.
 * @throws HoldfastError `badStore` when it cannot be read, as the end of a sentence.
 */
export async function readRpmDatabase(folder: string): Promise<Package[] | null> {
  const file = join(folder, "rpmdb.sqlite");
  if (!existsSync(file)) {
    const other = OTHERS.find((each) => existsSync(join(folder, each.file)));
    if (other === undefined) return null;
    throw new HoldfastError("badStore", `its format is ${other.kind}, and Holdfast reads only SQLite`);
  }
  const unwritten = statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0;
  if (unwritten > 0) throw new HoldfastError("badStore", "its last changes were never written into it");
  const address = pathToFileURL(file);
  address.searchParams.set("immutable", "1");
  const database = openedDatabase(address);
  try {
    return await packagesOf(database);
  } catch (error) {
    throw asBadStore(error);
  } finally {
    database.close();
  }
}

function openedDatabase(address: URL): DatabaseSync {
  try {
    return new DatabaseSync(address, { readOnly: true, allowExtension: false });
  } catch (error) {
    throw asBadStore(error);
  }
}

function asBadStore(error: unknown): HoldfastError {
  if (error instanceof HoldfastError) return error;
  const why = error instanceof Error ? error.message : String(error);
  return new HoldfastError("badStore", `SQLite says: ${why}`, { cause: error });
}

/** In slices: a menu that compares answers keys meanwhile. */
async function packagesOf(database: DatabaseSync): Promise<Package[]> {
  const deadline = performance.now() + MAX_MS;
  let slice = performance.now();
  const heads = database.prepare(
    "SELECT hnum, length(blob) AS size, substr(blob, 1, ?) AS start FROM Packages",
  );
  const whole = database.prepare("SELECT blob FROM Packages WHERE hnum = ?");
  const packages: Package[] = [];
  for (const { hnum, size, start } of heads.iterate(USUAL_BYTES)) {
    if (performance.now() - slice > SLICE_MS) {
      await nextTurn();
      slice = performance.now();
    }
    if (performance.now() > deadline) throw new HoldfastError("badStore", "it takes too long to read");
    if (typeof hnum !== "number" || !(start instanceof Uint8Array) || Number(size) > MAX_HEADER) {
      throw new HoldfastError("badStore", `entry ${hnum} of it is no package`);
    }
    const found = readRpmHeader(start) ?? wholeHeader(whole.get(hnum)?.blob);
    if (found.name !== NO_PACKAGE) packages.push(found);
  }
  return packages;
}

function wholeHeader(blob: unknown): Package {
  const found = blob instanceof Uint8Array ? readRpmHeader(blob) : null;
  if (found === null) throw new HoldfastError("badStore", "a package in it ends too early");
  return found;
}
