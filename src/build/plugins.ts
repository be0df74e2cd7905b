import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";
import { HoldfastError } from "../domain/errors.ts";
import { PROJECT } from "./paths.ts";

const SHIMS = join(PROJECT, "src/build/shims");

/** Text of a package's file with one expected part replaced; a package that changed stops the build. */
function replaced(path: string, pattern: RegExp | string, by: string): OnLoadResult {
  const text = readFileSync(path, "utf8");
  const result = text.replace(pattern, () => by);
  if (result === text) {
    throw new HoldfastError("usage", `${path} no longer contains ${pattern}, which the build replaces`, {
      next: "Look at the new version of the package and correct src/build/plugins.ts.",
    });
  }
  return { contents: result, loader: "js" };
}

/**
 * yoga-layout fetches its own wasm from a data URL, which costs 40 ms and a top-level await. Instantiated
 * synchronously it takes less than 1 ms, and CommonJS output with a code cache becomes possible.
 */
const synchronousYoga: Plugin = {
  name: "synchronous-yoga",
  setup(build) {
    build.onLoad({ filter: /yoga-layout\/dist\/binaries\/yoga-wasm-base64-esm\.js$/ }, ({ path }) => {
      const dataUrl = /"data:application\/octet-stream;base64,([A-Za-z0-9+/=]+)"/;
      const wasm = dataUrl.exec(readFileSync(path, "utf8"))?.[1] ?? "";
      const result = replaced(path, dataUrl, '"data:application/octet-stream;base64,"');
      return { ...result, contents: `${result.contents}\nexport const wasm = "${wasm}";` };
    });
    build.onLoad({ filter: /yoga-layout\/dist\/src\/index\.js$/ }, ({ path }) => {
      const load = "import loadYoga from '../binaries/yoga-wasm-base64-esm.js';";
      const first = replaced(path, load, load.replace("loadYoga", "loadYoga, { wasm }"));
      return { ...first, contents: String(first.contents).replace("await loadYoga()", instantiate) };
    });
  },
};

/** emscripten's own hook: the module object is filled before loadYoga returns. */
const instantiate = `(() => {
  const yoga = {
    instantiateWasm(imports, done) {
      const instance = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(wasm, "base64")), imports);
      done(instance);
      return instance.exports;
    },
  };
  loadYoga(yoga);
  return yoga;
})()`;

/** The package spends 15 ms on a segmenter and an emoji expression that boot texts do not need. */
const ownStringWidth: Plugin = {
  name: "own-string-width",
  setup(build) {
    build.onResolve({ filter: /^string-width$/ }, () => ({ path: join(SHIMS, "string-width.ts") }));
  },
};

/** ink connects to React's developer tools when DEV=true is in the environment; a boot menu never does. */
const noDeveloperTools: Plugin = {
  name: "no-developer-tools",
  setup(build) {
    build.onLoad({ filter: /ink\/build\/reconciler\.js$/ }, ({ path }) =>
      replaced(path, /^if \(process\.env\['DEV'\] === 'true'\) \{.*?^\}/gms, ""),
    );
  },
};

/**
 * commander can start sub-commands as programs of their own; Holdfast has none, and child_process brings
 * net and all of streams into every start.
 */
const noSubcommandPrograms: Plugin = {
  name: "no-subcommand-programs",
  setup(build) {
    build.onLoad({ filter: /commander\/lib\/command\.js$/ }, ({ path }) =>
      replaced(path, "import childProcess from 'node:child_process';", "const childProcess = {};"),
    );
  },
};

/** What the bundle changes in the packages that it takes in. */
export const plugins: readonly Plugin[] = [
  synchronousYoga,
  ownStringWidth,
  noDeveloperTools,
  noSubcommandPrograms,
];
