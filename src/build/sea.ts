import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CACHE } from "./paths.ts";
import type { Target } from "./target.ts";

/** A script in ASCII with V8's code cache of it. */
export interface CachedScript {
  readonly code: string;
  readonly cache: Buffer;
}

export interface SingleExecutable {
  /** The packs of a bundle by name; "holdfast" is the one that starts (see `Bundle`). */
  readonly scripts: Readonly<Record<string, CachedScript>>;
  /** Whose Node builds it: V8 takes a code cache only from the same architecture. */
  readonly target: Target;
  /** Node binary that the script is put into; the same version as the builder. */
  readonly base: string;
  /** Asset name to file. */
  readonly assets: Readonly<Record<string, string>>;
  readonly output: string;
}

/**
 * The options of Node that the binary has built in. A young generation that starts at 1 MB takes 4 of the
 * menu's first 60 ms to be collected over and over; one that may grow makes the menu 60 MB larger over 10,000
 * frames.
 */
export const EXEC_ARGV = [
  "--disable-warning=ExperimentalWarning",
  "--min-semi-space-size=4",
  "--max-semi-space-size=4",
] as const;

/**
 * Node's own main script: takes the program's packs and their code caches out of the executable. Node could
 * make a cache by itself, but only of what is compiled before the first run.
 */
const LOADER = `"use strict";
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");
function openPack(name) {
  const code = Buffer.from(getRawAsset(name + ".cjs")).latin1Slice();
  const cachedData = Buffer.from(getRawAsset(name + ".cache"));
  const script = new Script(code, { filename: name + ".cjs", cachedData });
  if (script.cachedDataRejected) process.emitWarning("Code cache of " + name + " rejected.");
  return script.runInThisContext();
}
openPack("holdfast")(require, openPack);
`;

/**
 * Puts a script with its code cache into a Node binary (single executable application). The names inside are
 * relative and the seed is fixed, so the same input gives the same bytes in any folder.
 */
export function buildSingleExecutable(input: SingleExecutable): void {
  const work = mkdtempSync(join(CACHE, "sea."));
  try {
    writeFileSync(join(work, "loader.cjs"), LOADER);
    for (const [name, { code, cache }] of Object.entries(input.scripts)) {
      writeFileSync(join(work, `${name}.cjs`), code, "latin1");
      writeFileSync(join(work, `${name}.cache`), cache);
    }
    writeFileSync(join(work, "sea.json"), JSON.stringify(seaConfig(input)));
    const { runner, node } = input.target;
    const [program = node, ...words] = [...runner, node, "--random-seed=1", "--build-sea", "sea.json"];
    execFileSync(program, words, {
      cwd: work,
      env: {},
      stdio: ["ignore", "ignore", "inherit"],
    });
    chmodSync(input.output, 0o755);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function seaConfig(input: SingleExecutable): object {
  const files = Object.keys(input.scripts).flatMap((name) => [`${name}.cjs`, `${name}.cache`]);
  return {
    main: "loader.cjs",
    output: input.output,
    executable: input.base,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS would let a word of the kernel command line run code as root.
    execArgvExtension: "none",
    execArgv: EXEC_ARGV,
    assets: { ...input.assets, ...Object.fromEntries(files.map((file) => [file, file])) },
  };
}
