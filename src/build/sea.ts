import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE } from "./node-base.ts";
import { CACHE } from "./paths.ts";

export interface SingleExecutable {
  /** The expression of a function of `require`, in ASCII. */
  readonly code: string;
  /** V8's code cache of it. */
  readonly cache: Buffer;
  /** Node binary that the script is put into; the same version as the builder. */
  readonly base: string;
  /** Asset name to file. */
  readonly assets: Readonly<Record<string, string>>;
  readonly output: string;
}

/**
 * Node's own main script: takes the program and its code cache out of the executable. Node could make a cache
 * by itself, but only of what is compiled before the first run.
 */
const LOADER = `"use strict";
const { getRawAsset } = require("node:sea");
const { Script } = require("node:vm");
const program = Buffer.from(getRawAsset("holdfast.cjs")).latin1Slice();
const cachedData = Buffer.from(getRawAsset("holdfast.cache"));
new Script(program, { filename: "holdfast.cjs", cachedData }).runInThisContext()(require);
`;

/**
 * Puts a script with its code cache into a Node binary (single executable application). The names inside are
 * relative and the seed is fixed, so the same input gives the same bytes in any folder.
 */
export function buildSingleExecutable(input: SingleExecutable): void {
  const work = mkdtempSync(join(CACHE, "sea."));
  try {
    writeFileSync(join(work, "loader.cjs"), LOADER);
    writeFileSync(join(work, "holdfast.cjs"), input.code, "latin1");
    writeFileSync(join(work, "holdfast.cache"), input.cache);
    writeFileSync(join(work, "sea.json"), JSON.stringify(seaConfig(input)));
    execFileSync(NODE, ["--random-seed=1", "--build-sea", "sea.json"], {
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
  return {
    main: "loader.cjs",
    output: input.output,
    executable: input.base,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS would let a word of the kernel command line run code as root.
    execArgvExtension: "none",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    assets: { ...input.assets, "holdfast.cjs": "holdfast.cjs", "holdfast.cache": "holdfast.cache" },
  };
}
