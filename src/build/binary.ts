import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { type BinaryOptions, binaryFor, distOf } from "./build-place.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { canvasLibrary } from "./canvas-library.ts";
import { withoutHole } from "./elf-hole.ts";
import { locked } from "./lock.ts";
import { nodeBase } from "./node-base.ts";
import { notices } from "./notices.ts";
import { withNode } from "./other-node.ts";
import { PROJECT } from "./paths.ts";
import { addPrivateLibraries } from "./private-libraries.ts";
import { buildSingleExecutable, type SingleExecutable } from "./sea.ts";
import { ARCHS, archOf, HOST, type Target, targetOf } from "./target.ts";
import { warmed } from "./warm.ts";

const FONTS = join(PROJECT, "assets/fonts");

/** Raised when the recipe changes, so that an older result is not taken for a current one. */
const RECIPE = 11;

/** Fonts and locales, by the name that the running binary asks for. */
function assets(): Record<string, string> {
  const fonts = readdirSync(FONTS).filter((file) => file.endsWith(".otf") || file.endsWith(".ttf"));
  return Object.fromEntries(fonts.sort().map((file) => [`fonts/${file}`, join(FONTS, file)]));
}

/**
 * Builds the bundle of `entry` into `dist`: `holdfast`, one file with everything inside;
 * `lib/holdfast/`, the same program with the canvas library and fonts as files beside it, for an initramfs
 * or a package; and NOTICES. Does nothing when the inputs are those of the last build.
 */
export function buildBinary(
  options: BinaryOptions = binaryFor(HOST),
  dist = distOf(options),
  entry = "src/main.ts",
): Promise<"built" | "unchanged"> {
  return locked("build", () => buildInto(options, dist, entry));
}

async function buildInto(
  options: BinaryOptions,
  dist: string,
  entry: string,
): Promise<"built" | "unchanged"> {
  const made = await bundle(entry);
  const target = withNode(targetOf(options.arch), options.node);
  const base = nodeBase(target);
  const canvas = canvasLibrary(target);
  const text = notices(made.inputs, options.privateLibraries ? target.licences : []);
  const stamp = stampOf(made, { options, canvas, base, text });
  const stampFile = join(dist, ".stamp");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return "unchanged";
  for (const old of [".stamp", "holdfast", "lib", "NOTICES"]) {
    rmSync(join(dist, old), { recursive: true, force: true });
  }
  const folder = join(dist, "lib/holdfast");
  mkdirSync(join(folder, "fonts"), { recursive: true });
  const scripts = warmed(made, base, { canvas, fonts: FONTS }, target.runner);
  const program = { scripts, base, target };
  const single = { ...assets(), "skia.node": canvas };
  buildSingleExecutable({ ...program, assets: single, output: join(dist, "holdfast") });
  buildFolder(program, canvas, folder);
  const binaries = [join(dist, "holdfast"), join(folder, "holdfast")];
  for (const binary of binaries) mustStartQuietly(target, binary);
  if (options.privateLibraries) addPrivateLibraries(folder, target);
  // Last, as it leaves no section headers to those who look for them.
  for (const binary of binaries) writeFileSync(binary, withoutHole(readFileSync(binary)));
  mustStartQuietly(target, join(dist, "holdfast"));
  writeFileSync(join(dist, "NOTICES"), text);
  writeFileSync(stampFile, stamp);
  return "built";
}

function buildFolder(
  program: Omit<SingleExecutable, "assets" | "output">,
  canvas: string,
  folder: string,
): void {
  buildSingleExecutable({ ...program, assets: {}, output: join(folder, "holdfast") });
  copyFileSync(canvas, join(folder, "skia.node"));
  for (const [name, file] of Object.entries(assets())) copyFileSync(file, join(folder, name));
}

/** Node warns at every start when it rejects the code cache: such a binary is slower, and is not left behind. */
function mustStartQuietly({ runner }: Target, binary: string): void {
  const [program = binary, ...words] = [...runner, binary, "--version"];
  const { status, stderr } = spawnSync(program, words, { encoding: "utf8", env: {} });
  if (status === 0 && stderr === "") return;
  throw new HoldfastError("system", `${binary} --version ended with ${status} and said: ${stderr}`, {
    next: "If it is about the code cache: builder and base must be the same Node with the same V8 flags.",
  });
}

function stampOf(
  { code, packs }: Bundle,
  parts: { options: BinaryOptions; canvas: string; base: string; text: string },
): string {
  const { options, canvas, base, text } = parts;
  const hash = createHash("sha256").update(`${RECIPE} ${JSON.stringify(options)} ${basename(base)}`);
  hash.update(code).update(JSON.stringify(packs)).update(text);
  for (const file of [canvas, ...Object.values(assets())]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

const USAGE = `usage: npm run build [-- --arch ${ARCHS.join("|")}] [--node PATH] [--private-libraries]
  --arch A               for another architecture than this machine's: into dist/A, with private libraries
  --node PATH            another Node 26 of that architecture instead of the pinned one
  --private-libraries    loader and libraries beside the binary, for an initramfs with another C library`;

function parseWords(words: readonly string[]): BinaryOptions {
  const options = {
    arch: { type: "string", default: HOST },
    node: { type: "string" },
    "private-libraries": { type: "boolean" },
  } as const;
  try {
    const { values } = parseArgs({ args: [...words], options });
    const standard = binaryFor(archOf(values.arch));
    const { node = standard.node, "private-libraries": privateLibraries = standard.privateLibraries } =
      values;
    return { ...standard, privateLibraries, node: node === null ? null : resolve(node) };
  } catch (error) {
    throw new HoldfastError("usage", messageOf(error), { next: USAGE });
  }
}

if (import.meta.main) {
  try {
    const options = parseWords(process.argv.slice(2));
    const where = relative(PROJECT, join(distOf(options), "holdfast"));
    const result = await buildBinary(options);
    console.log(result === "built" ? `${where} built` : `${where} is up to date`);
  } catch (error) {
    if (!(error instanceof HoldfastError)) throw error;
    console.error(`build: ${error.message}${error.next === null ? "" : `\n${error.next}`}`);
    process.exitCode = error.exitCode;
  }
}
