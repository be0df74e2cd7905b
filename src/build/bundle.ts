import { build, type Metafile, type OutputFile, transform } from "esbuild";
import { PROJECT } from "./paths.ts";
import { plugins } from "./plugins.ts";

/**
 * A program as scripts in ASCII. `gate` runs at every boot and the menu at few: what only the menu needs is
 * in scripts of its own, so that no start reads and deserialises code that it never runs (6 of 30 ms).
 */
export interface Bundle {
  /** The expression of a function of `require` and `openPack`, which takes a pack's name to its value. */
  readonly code: string;
  /** By name, the expressions of the other packs: objects of functions. */
  readonly packs: Readonly<Record<string, string>>;
  /** Project-relative paths of everything that went in. */
  readonly inputs: readonly string[];
}

interface Pack {
  readonly name: string;
  readonly modules: readonly string[];
  /** Whether what these only reach through import() belongs to the pack too. */
  readonly whole: boolean;
}

/** A scheme's own code: a device has one scheme. */
const SCHEMES = [
  "android-gpt",
  "chromeos-gpt",
  "counter-file",
  "custom",
  "grubenv",
  "open-misc",
  "rauc",
  "systemd-boot-open",
  "uboot-env",
];

/**
 * The packs in the order in which they take their chunks: each holds what its modules reach and no pack before
 * does. Almost every start runs the first ones; what they reach through import() and rarely need is in `more`.
 */
const PACKS: readonly Pack[] = [
  { name: "", modules: ["src/commands/gate.ts"], whole: false },
  { name: "boot", modules: ["src/commands/ordinary-boot.ts", "src/commands/status.ts"], whole: false },
  ...SCHEMES.map((name) => ({ name, modules: [`src/boot-control/${name}.ts`], whole: false })),
  {
    name: "mounts",
    modules: ["src/state/open.ts", "src/state/binds.ts", "src/roots/look.ts", "src/commands/enter.ts"],
    whole: false,
  },
  { name: "more", modules: [], whole: true },
  { name: "menu", modules: ["src/commands/menu.ts"], whole: true },
  { name: "panel", modules: ["src/panel/open.ts"], whole: true },
  { name: "terminal", modules: ["src/terminal/open.ts"], whole: true },
  { name: "ink", modules: ["src/terminal/ink.tsx"], whole: true },
  { name: "program", modules: ["src/commands/program.ts"], whole: true },
];

/** What is the same for the program and for every piece of it. */
const COMMON = { minify: true, charset: "ascii", platform: "node", target: "node26" } as const;

/**
 * The minified scripts of `entry` (project-relative) and all that it imports. A module that is only reached
 * through import() stays unevaluated until then, so `gate` and `status` load no canvas and no ink.
 */
export async function bundle(entry: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    ...COMMON,
    entryPoints: [entry],
    absWorkingDir: PROJECT,
    bundle: true,
    splitting: true,
    format: "esm",
    outdir: ".",
    write: false,
    metafile: true,
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
  const chunks = chunksOf(entry, metafile);
  const numbers = new Map([...chunks.keys()].map((path, number) => [path, number]));
  const members: Record<string, string[]> = { "": [] };
  for (const [path, pack] of chunks) {
    members[pack] ??= [];
    members[pack].push(`${numbers.get(path)}:${await commonJs(textOf(outputFiles, path), numbers)}`);
  }
  const { "": main = [], ...others } = members;
  const where = [...chunks].flatMap(([path, pack]) => (pack === "" ? [] : `${numbers.get(path)}:"${pack}"`));
  const packs = Object.fromEntries(Object.entries(others).map(([name, parts]) => [name, `({${parts}})`]));
  return { code: linked(main, where), packs, inputs: Object.keys(metafile.inputs).sort() };
}

/** The chunks that esbuild cut the program into, each with its pack; "" is the one that every start loads. */
function chunksOf(entry: string, { outputs }: Metafile): Map<string, string> {
  const found = new Map<string, string>();
  const byEntry = new Map(Object.entries(outputs).map(([path, { entryPoint }]) => [entryPoint, path]));
  const chunksOfAll = (modules: readonly string[]) => modules.flatMap((module) => byEntry.get(module) ?? []);
  const starts = new Set(PACKS.flatMap(({ modules }) => chunksOfAll(modules)));
  const importsOf = (path: string, lazy: boolean): string[] =>
    (outputs[path]?.imports ?? [])
      .filter(({ external, kind }) => external !== true && (lazy || kind === "import-statement"))
      .map((each) => each.path)
      .filter((each) => !starts.has(each));
  const visit = (path: string, name: string, whole: boolean): void => {
    if (found.has(path)) return;
    found.set(path, name);
    for (const each of importsOf(path, whole)) visit(each, name, whole);
  };
  for (const path of chunksOfAll([entry])) visit(path, "", false);
  for (const pack of PACKS) {
    const before = [...found.keys()];
    for (const path of chunksOfAll(pack.modules)) visit(path, pack.name, pack.whole);
    if (pack.whole)
      for (const path of before) for (const each of importsOf(path, true)) visit(each, pack.name, true);
  }
  return found;
}

function textOf(files: readonly OutputFile[], path: string): string {
  const file = files.find((each) => each.path.endsWith(`/${path}`));
  if (file === undefined) throw new Error(`esbuild names ${path} and does not give it.`);
  return file.text;
}

/** A chunk as the function of a CommonJS module. Chunks go by numbers: esbuild's names have hashes in them. */
async function commonJs(esm: string, numbers: ReadonlyMap<string, number>): Promise<string> {
  const { code } = await transform(esm, {
    ...COMMON,
    format: "cjs",
    // Inside a single executable import() has no loader behind it: require() instead.
    supported: { "dynamic-import": false },
  });
  const linked = code.trim().replace(/require\("\.\/([^"]+)"\)/g, (_, path: string) => {
    const number = numbers.get(path);
    if (number === undefined) throw new Error(`A chunk requires ${path}, which is in no pack.`);
    return `require(${number})`;
  });
  return `function(require,module,exports){${linked}}`;
}

/** The first pack with what finds and evaluates chunks, each once; chunk 0 is the entry. */
function linked(members: readonly string[], where: readonly string[]): string {
  return `(function(outer,openPack){
var chunks={${members}},where={${where}},done={};
function require(name){
if(typeof name!="number")return outer(name);
if(done[name])return done[name].exports;
if(!chunks[name])Object.assign(chunks,openPack(where[name]));
var module=done[name]={exports:{}};
chunks[name](require,module,module.exports);
return module.exports;
}
return require(0);
})`;
}
