import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { DIST, PROJECT } from "./paths.ts";

/** The tools of a build host, by the name of their file. */
const TOOLS = ["initramfs", "package"] as const;

/**
 * Bundles the tools for the npm package into dist/tools: Node runs no TypeScript below node_modules. What they need
 * besides (hooks, the built Holdfast, npm packages) lies in the package where it lies in the project.
 */
export async function buildTools(): Promise<void> {
  const outdir = join(DIST, "tools");
  rmSync(outdir, { recursive: true, force: true });
  await build({
    // The binary's own build is an entry too, so that its command line stays out of the others.
    entryPoints: [...TOOLS, "binary"].map((name) => join(PROJECT, `src/build/${name}.ts`)),
    absWorkingDir: PROJECT,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    packages: "external",
    outdir,
    logLevel: "warning",
  });
  for (const name of TOOLS) {
    const file = join(outdir, `${name}.js`);
    writeFileSync(file, `#!/usr/bin/env node\n${readFileSync(file, "utf8")}`);
    chmodSync(file, 0o755);
  }
}

if (import.meta.main) await buildTools();
