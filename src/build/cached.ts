import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./paths.ts";

/** What a made file depends on: text as it is, and files by their content. */
export interface Inputs {
  readonly text: readonly string[];
  readonly files: readonly string[];
}

/**
 * The file `name` in the cache, made by `make` only when there is none for the same inputs. It appears under
 * its name in one step, so an interrupted build leaves nothing that looks complete.
 */
export function cachedFile(name: string, inputs: Inputs, make: (path: string) => void): string {
  const folder = join(CACHE, "made");
  const path = join(folder, `${keyOf(inputs)}-${name}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const unfinished = `${path}.${process.pid}`;
  try {
    make(unfinished);
    renameSync(unfinished, path);
  } finally {
    rmSync(unfinished, { force: true });
  }
  return path;
}

/** The first 16 hex digits of SHA-256 over everything. */
function keyOf(inputs: Inputs): string {
  const hash = createHash("sha256");
  for (const text of inputs.text) hash.update(`${text.length}:${text}`);
  for (const file of inputs.files) hash.update(fileDigest(file));
  return hash.digest("hex").slice(0, 16);
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
