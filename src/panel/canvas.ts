import { closeSync, existsSync, readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { getAsset, isSea } from "node:sea";
import type { Canvas, Path2D, SKRSContext2D } from "@napi-rs/canvas";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { memfdCreate } from "../linux/syscalls.ts";

/*
 * The single place that loads the canvas library, and only when the first frame is wanted. Of
 * @napi-rs/canvas only the native file is used, by process.dlopen: its JavaScript wrapper searches the
 * system for the right libc and defines much that a menu does not need. The native file is
 *   1. skia.node beside the executable (an initramfs: the quickest, and held in memory once),
 *   2. the asset "skia.node" of a single executable, through a memfd (no file system needed),
 *   3. that of the npm package (development and tests).
 * The fonts come the same way: fonts/ beside the executable, assets "fonts/<file>", assets/fonts.
 */

export type Context = SKRSContext2D;

/** What the panel uses of the library. */
export interface CanvasLibrary {
  readonly CanvasElement: new (width: number, height: number) => Canvas;
  /** Takes an SVG path. */
  readonly Path: new (
    path: string,
  ) => Path2D;
}

interface NativeLibrary extends CanvasLibrary {
  readonly GlobalFonts: { register(font: Buffer, family: string): unknown };
}

/** The files that a package of Holdfast carries, in fonts/, by the name that the canvas knows them by. */
export const FONTS = {
  Inter: ["Inter-Regular.otf", "Inter-Medium.otf", "Inter-SemiBold.otf"],
  "Noto Sans Arabic": ["NotoSansArabic-Regular.ttf", "NotoSansArabic-Bold.ttf"],
} as const;
type FontFamily = keyof typeof FONTS;

let loaded: NativeLibrary | null = null;
const registered = new Set<FontFamily>();

/** The canvas library with Inter registered; the first call takes some 30 ms. */
export function loadCanvas(): CanvasLibrary {
  loaded ??= load();
  return loaded;
}

/** Registers a family's fonts, once; it can be drawn with at once. */
export function registerFont(family: FontFamily): void {
  if (registered.has(family)) return;
  loaded ??= load();
  register(loaded, family);
}

function load(): NativeLibrary {
  // Read by the library once, when it is loaded: no search for fonts.
  process.env.DISABLE_SYSTEM_FONTS_LOAD = "1";
  try {
    const library = openLibrary();
    register(library, "Inter");
    return library;
  } catch (error) {
    throw new HoldfastError("system", `The canvas library cannot be loaded: ${messageOf(error)}`, {
      next: "The menu is on the serial consoles. Check that skia.node, fonts/ and librt lie where the binary expects them.",
      cause: error,
    });
  }
}

function register(library: NativeLibrary, family: FontFamily): void {
  registered.add(family);
  for (const file of FONTS[family])
    if (library.GlobalFonts.register(fontBytes(file), family) === null)
      throw new Error(`${file} is not a font`);
}

function openLibrary(): NativeLibrary {
  const beside = besideExecutable("skia.node");
  if (existsSync(beside)) return dlopen(beside);
  if (!isSea()) return dlopen(packageFile());
  const fd = memfdCreate("skia.node");
  try {
    const bytes = Buffer.from(getAsset("skia.node"));
    for (let done = 0; done < bytes.length; ) done += writeSync(fd, bytes, done);
    return dlopen(`/proc/self/fd/${fd}`);
  } finally {
    closeSync(fd);
  }
}

function dlopen(path: string): NativeLibrary {
  const holder = { exports: {} };
  process.dlopen(holder, path);
  return holder.exports as NativeLibrary;
}

function fontBytes(file: string): Buffer {
  const beside = besideExecutable(join("fonts", file));
  if (existsSync(beside)) return readFileSync(beside);
  if (isSea()) return Buffer.from(getAsset(`fonts/${file}`));
  return readFileSync(join(import.meta.dirname, "../../assets/fonts", file));
}

function besideExecutable(name: string): string {
  return join(dirname(process.execPath), name);
}

function packageFile(): string {
  return createRequire(import.meta.url).resolve(`@napi-rs/canvas-linux-${process.arch}-gnu`);
}
