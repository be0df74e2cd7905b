import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { HoldfastError } from "../domain/errors.ts";
import { Elf } from "./elf.ts";

/** Locales that the menu is shown in; the others' data is dropped from Node's built-in ICU. */
export const KEPT_LOCALES = ["en", "de", "ar"] as const;

/**
 * Cuts unused locales and legacy converters out of the ICU data inside a stripped Node binary, in place: the
 * smaller data package starts where the old one did and the rest is zeros, which compress to nothing.
 * `unstripped` is the same binary with its symbols. `work` is an empty folder for icupkg.
 */
export function trimIcu(stripped: Buffer, unstripped: Buffer, work: string): void {
  const symbol = new Elf(unstripped, "node").findSymbol(/^icudt\d+_dat$/);
  // One that was stripped, or that uses the system's ICU, keeps what it has.
  if (symbol === null) return;
  const start = new Elf(stripped, "stripped node").fileOffset(symbol.address);
  const smaller = withoutLocales(stripped.subarray(start, start + symbol.size), symbol.name, work);
  stripped.fill(0, start, start + symbol.size);
  smaller.copy(stripped, start);
}

function withoutLocales(data: Buffer, symbol: string, work: string): Buffer {
  // icupkg prefixes every item with the file's name, so the result must be called what ICU looks for.
  const name = `${symbol.replace(/_dat$/, "")}l.dat`;
  const input = join(work, name);
  const output = join(work, "smaller", name);
  const list = join(work, "remove.txt");
  mkdirSync(join(work, "smaller"));
  writeFileSync(input, data);
  const items = icupkg("-l", input).trim().split("\n");
  writeFileSync(list, items.filter((item) => !isKept(item)).join("\n"));
  icupkg("-r", list, input, output);
  return readFileSync(output);
}

/**
 * Whether an ICU item stays: everything that is neither a locale's resource bundle nor a converter, and of
 * the bundles root, the indexes, CLDR's tables (whose names are no locale codes) and the kept locales.
 */
export function isKept(item: string): boolean {
  if (item.endsWith(".cnv")) return false;
  const bundle = /(?:^|\/)([^/]+)\.res$/.exec(item)?.[1];
  if (bundle === undefined) return true;
  const isLocale = bundle !== "res_index" && /^[a-z]{2,3}(_[A-Za-z0-9_]*)?$/.test(bundle);
  return !isLocale || KEPT_LOCALES.some((kept) => bundle === kept || bundle.startsWith(`${kept}_`));
}

function icupkg(...args: readonly string[]): string {
  try {
    return execFileSync("icupkg", args, {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      maxBuffer: 1 << 24,
      // icupkg is in /usr/sbin, which an ordinary user's PATH leaves out on Debian.
      env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
    });
  } catch (error) {
    throw new HoldfastError("system", `icupkg ${args.join(" ")} failed`, {
      next: "Install icu-devtools (sh src/build/setup.sh test does).",
      cause: error,
    });
  }
}
