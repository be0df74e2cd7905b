import { build, type Metafile } from "esbuild";
import { PROJECT } from "./paths.ts";
import { plugins } from "./plugins.ts";

export interface Bundle {
  /** One CommonJS script in ASCII, as the expression of a function that takes `require`. */
  readonly code: string;
  /** Project-relative paths of everything that went in. */
  readonly inputs: readonly string[];
}

/**
 * One minified CommonJS script of `entry` (project-relative) and all that it imports. A module that is only
 * reached through import() stays unevaluated until then, so `gate` and `status` load no canvas and no ink.
 */
export async function bundle(entry: string): Promise<Bundle> {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: PROJECT,
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    charset: "ascii",
    format: "cjs",
    banner: { js: "(function(require){var module={exports:{}};" },
    footer: { js: "})" },
    platform: "node",
    target: "node26",
    // Inside a single executable import() has no loader behind it: require() instead.
    supported: { "dynamic-import": false },
    // The import.meta uses lie in branches for development: a binary has no folder of sources.
    define: {
      "process.env.NODE_ENV": '"production"',
      "import.meta.url": '""',
      "import.meta.dirname": '""',
    },
    plugins: [...plugins],
    legalComments: "none",
    logLevel: "warning",
  });
  return { code: result.outputFiles[0]?.text ?? "", inputs: inputsOf(result.metafile) };
}

function inputsOf(metafile: Metafile): string[] {
  return Object.keys(metafile.inputs).sort();
}
