import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { NODE } from "./node-base.ts";
import { CACHE } from "./paths.ts";

export interface SingleExecutable {
  readonly code: string;
  /** Node binary that the script is put into; the same version as the builder. */
  readonly base: string;
  /** Asset name to file. */
  readonly assets: Readonly<Record<string, string>>;
  readonly output: string;
}

/**
 * Puts a script with its code cache into a Node binary (single executable application). The names inside are
 * relative and the seed is fixed, so the same input gives the same bytes in any folder.
 */
export function buildSingleExecutable(input: SingleExecutable): void {
  const work = mkdtempSync(join(CACHE, "sea."));
  try {
    writeFileSync(join(work, "holdfast.cjs"), input.code);
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
    main: "holdfast.cjs",
    output: input.output,
    executable: input.base,
    disableExperimentalSEAWarning: true,
    useCodeCache: true,
    // NODE_OPTIONS would let a word of the kernel command line run code as root.
    execArgvExtension: "none",
    execArgv: ["--disable-warning=ExperimentalWarning"],
    assets: input.assets,
  };
}
