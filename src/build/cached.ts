import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./paths.ts";

/** What a made file depends on: text as it is, and files by their content. */
export interface Inputs {
  readonly text: readonly string[];
  readonly files: readonly string[];
}

/**
 * The file `name` in the cache, made by `make` only when there is none for the same inputs; older ones of that
 * name are removed. It appears in one step, so an interrupted build leaves nothing that looks complete.
 */
export async function cachedFile(
  name: string,
  inputs: Inputs,
  make: (path: string) => void | Promise<void>,
): Promise<string> {
  const folder = join(CACHE, "made");
  const path = join(folder, `${keyOf(inputs)}-${name}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    await make(unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  removeOlder(folder, name, path);
  return path;
}

function removeOlder(folder: string, name: string, current: string): void {
  const sameName = readdirSync(folder).filter((file) => file.slice(KEY_LENGTH + 1) === name);
  for (const file of sameName)
    if (join(folder, file) !== current) rmSync(join(folder, file), { force: true });
}

/** Hex digits of SHA-256 in a file's name. */
const KEY_LENGTH = 16;

function keyOf(inputs: Inputs): string {
  const hash = createHash("sha256");
  for (const text of inputs.text) hash.update(`${text.length}:${text}`);
  for (const file of inputs.files) hash.update(fileDigest(file));
  return hash.digest("hex").slice(0, KEY_LENGTH);
}

const digests = new Map<string, Buffer>();

function fileDigest(file: string): Buffer {
  let digest = digests.get(file);
  if (digest === undefined) {
    digest = createHash("sha256").update(readFileSync(file)).digest();
    digests.set(file, digest);
  }
  return digest;
}

/** All files below a folder, sorted. */
export function filesBelow(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name)).sort();
}
