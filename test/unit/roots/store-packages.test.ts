import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { comparePackages } from "../../../src/domain/comparison-packages.ts";
import { readStorePackages } from "../../../src/roots/store-packages.ts";

/* Layout only: a database with the tables of Nix's schema; no Nix was used. */

const NIX = { source: "nix", path: "nix/var/nix/db/db.sqlite" } as const;
let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "holdfast-store-"));
  mkdirSync(join(root, "nix/var/nix/db"), { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true }));

/** A store whose paths need each other so. */
function makeDatabase(needs: Readonly<Record<string, readonly string[]>>): void {
  const database = new DatabaseSync(join(root, NIX.path));
  database.exec("CREATE TABLE ValidPaths (id integer primary key, path text unique not null)");
  database.exec("CREATE TABLE Refs (referrer integer not null, reference integer not null)");
  const path = database.prepare("INSERT INTO ValidPaths (path) VALUES (?)");
  for (const name of Object.keys(needs)) path.run(`/nix/store/${name}`);
  const id = "(SELECT id FROM ValidPaths WHERE path = ?)";
  const ref = database.prepare(`INSERT INTO Refs VALUES (${id}, ${id})`);
  for (const [name, others] of Object.entries(needs)) {
    for (const other of others) ref.run(`/nix/store/${name}`, `/nix/store/${other}`);
  }
  database.close();
}

const STORE = {
  "aaaa-nixos-system-device-26.05": ["a1-linux-6.12.30", "a2-openssl-3.0.7-bin", "a3-etc"],
  "bbbb-nixos-system-device-26.05": ["b1-linux-6.12.41", "a2-openssl-3.0.7-bin", "a3-etc"],
  "a1-linux-6.12.30": [],
  "b1-linux-6.12.41": ["b1-linux-6.12.41"],
  "a2-openssl-3.0.7-bin": ["a4-openssl-3.0.7"],
  "a4-openssl-3.0.7": ["a5-font-util-1.4"],
  "a5-font-util-1.4": [],
  "a3-etc": [],
  "c1-gone-2.0": [],
};
const packagesOf = (hash: string) =>
  readStorePackages(root, NIX, `/nix/store/${hash}-nixos-system-device-26.05`)?.packages ?? [];

test("a system is made of everything that it needs and that has a version, each once", () => {
  makeDatabase(STORE);
  expect(packagesOf("aaaa").map(({ name, version }) => `${name} ${version}`)).toEqual([
    "nixos-system-device 26.05",
    "linux 6.12.30",
    "openssl 3.0.7",
    "font-util 1.4",
  ]);
});

test("two generations are compared by them", () => {
  makeDatabase(STORE);
  const order = readStorePackages(root, NIX, "/nix/store/aaaa-nixos-system-device-26.05")?.order;
  expect(comparePackages("nix", packagesOf("aaaa"), packagesOf("bbbb"), order ?? (() => 0))).toMatchObject({
    upgraded: [{ name: "linux", left: "6.12.30", right: "6.12.41" }],
    ...{ added: [], removed: [], unchanged: 3 },
  });
});

test("a database with changes that were never written into it is not believed", () => {
  makeDatabase(STORE);
  writeFileSync(join(root, `${NIX.path}-wal`), "changes");
  expect(readStorePackages(root, NIX, "/nix/store/aaaa-nixos-system-device-26.05")).toBeNull();
});

test("without a database, or for a path that it does not have, there is no list", () => {
  expect(readStorePackages(root, NIX, "/nix/store/aaaa")).toBeNull();
  makeDatabase(STORE);
  expect(readStorePackages(root, NIX, "/nix/store/dddd")).toBeNull();
});
