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
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { type Bundle, bundle } from "./bundle.ts";
import { locked } from "./lock.ts";
import { nodeBase } from "./node-base.ts";
import { notices } from "./notices.ts";
import { DIST, PROJECT } from "./paths.ts";
import { buildSingleExecutable, type SingleExecutable } from "./sea.ts";
import { warmed } from "./warm.ts";

const CANVAS = join(PROJECT, "node_modules/@napi-rs/canvas-linux-x64-gnu/skia.linux-x64-gnu.node");
const FONTS = join(PROJECT, "assets/fonts");

/** Raised when the recipe changes, so that an older result is not taken for a current one. */
const RECIPE = 6;

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
export function buildBinary(dist = DIST, entry = "src/main.ts"): Promise<"built" | "unchanged"> {
  return locked("build", () => buildInto(dist, entry));
}

async function buildInto(dist: string, entry: string): Promise<"built" | "unchanged"> {
  const made = await bundle(entry);
  const base = nodeBase();
  const text = notices(made.inputs);
  const stamp = stampOf(made, base, text);
  const stampFile = join(dist, ".stamp");
  if (existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp) return "unchanged";
  for (const old of [".stamp", "holdfast", "lib", "NOTICES"]) {
    rmSync(join(dist, old), { recursive: true, force: true });
  }
  mkdirSync(join(dist, "lib/holdfast/fonts"), { recursive: true });
  const program = { scripts: warmed(made, base, { canvas: CANVAS, fonts: FONTS }), base };
  const single = { ...assets(), "skia.node": CANVAS };
  buildSingleExecutable({ ...program, assets: single, output: join(dist, "holdfast") });
  buildFolder(program, join(dist, "lib/holdfast"));
  for (const binary of ["holdfast", "lib/holdfast/holdfast"]) mustStartQuietly(join(dist, binary));
  writeFileSync(join(dist, "NOTICES"), text);
  writeFileSync(stampFile, stamp);
  return "built";
}

function buildFolder(program: Omit<SingleExecutable, "assets" | "output">, folder: string): void {
  buildSingleExecutable({ ...program, assets: {}, output: join(folder, "holdfast") });
  copyFileSync(CANVAS, join(folder, "skia.node"));
  for (const [name, file] of Object.entries(assets())) copyFileSync(file, join(folder, name));
}

/** Node warns at every start when it rejects the code cache: such a binary is slower, and is not left behind. */
function mustStartQuietly(binary: string): void {
  const { status, stderr } = spawnSync(binary, ["--version"], { encoding: "utf8", env: {} });
  if (status === 0 && stderr === "") return;
  throw new HoldfastError("system", `${binary} --version ended with ${status} and said: ${stderr}`, {
    next: "If it is about the code cache: builder and base must be the same Node with the same V8 flags.",
  });
}

function stampOf({ code, packs }: Bundle, base: string, noticesText: string): string {
  const hash = createHash("sha256").update(`${RECIPE} ${base.slice(PROJECT.length)}`);
  hash.update(code).update(JSON.stringify(packs)).update(noticesText);
  for (const file of [CANVAS, ...Object.values(assets())]) hash.update(readFileSync(file));
  return hash.digest("hex");
}

if (import.meta.main) {
  const result = await buildBinary();
  console.log(result === "built" ? "dist/holdfast built" : "dist/holdfast is up to date");
}
