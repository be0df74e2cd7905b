import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { keyboard } from "../../../src/menu/keyboard.ts";
import { FONTS } from "../../../src/panel/canvas.ts";

const ASSETS = join(import.meta.dirname, "../../../assets");

/** Code points of a font, from the format 4 or 12 subtables of its cmap (OpenType 1.9, "cmap"). */
function codePoints(file: string): Set<number> {
  const font = readFileSync(join(ASSETS, "fonts", file));
  const tables = Array.from({ length: font.readUInt16BE(4) }, (_, index) => 12 + index * 16);
  const entry = tables.find((at) => font.toString("latin1", at, at + 4) === "cmap");
  if (entry === undefined) throw new Error(`${file} has no cmap`);
  const cmap = font.subarray(font.readUInt32BE(entry + 8));
  const found = new Set<number>();
  for (let index = 0; index < cmap.readUInt16BE(2); index += 1) {
    const table = cmap.subarray(cmap.readUInt32BE(4 + index * 8 + 4));
    const format = table.readUInt16BE(0);
    if (format === 4) addSegments(table, found);
    if (format === 12) addGroups(table, found);
  }
  return found;
}

function addSegments(table: Buffer, found: Set<number>): void {
  const count = table.readUInt16BE(6) / 2;
  for (let segment = 0; segment < count; segment += 1) {
    const end = table.readUInt16BE(14 + segment * 2);
    const start = table.readUInt16BE(16 + count * 2 + segment * 2);
    for (let code = start; code <= end && code !== 0xffff; code += 1) found.add(code);
  }
}

function addGroups(table: Buffer, found: Set<number>): void {
  for (let group = 0; group < table.readUInt32BE(12); group += 1) {
    const at = 16 + group * 12;
    for (let code = table.readUInt32BE(at); code <= table.readUInt32BE(at + 4); code += 1) found.add(code);
  }
}

/** Marks that turn or hold together what they stand between, and are never drawn. */
const UNDRAWN = new Set(
  [..."\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069"].map((mark) => mark.codePointAt(0)),
);

function missing(text: string, has: ReadonlySet<number>): string[] {
  return [...text].filter((letter) => {
    const code = letter.codePointAt(0) ?? 0;
    return letter !== "\n" && !has.has(code) && !UNDRAWN.has(code);
  });
}

/** What every weight of a family has. */
function common(files: readonly string[]): number[] {
  const sets = files.map(codePoints);
  return [...(sets[0] ?? [])].filter((code) => sets.every((set) => set.has(code)));
}
const has = new Set([...common(FONTS.Inter), ...common(FONTS["Noto Sans Arabic"])]);

describe("the fonts that are shipped", () => {
  const locales = readdirSync(join(ASSETS, "locales"));

  test.each(locales)("have every letter of %s, in every weight", (file) => {
    const texts: Record<string, string> = JSON.parse(readFileSync(join(ASSETS, "locales", file), "utf8"));
    for (const [key, text] of Object.entries(texts))
      expect(missing(text, has), `${file}: ${key}: ${text}`).toEqual([]);
  });

  test("have every letter of the keyboards", () => {
    for (const page of ["small", "capital", "symbols"] as const)
      for (const row of keyboard("passphrase", page))
        for (const { label } of row) expect(missing(label, has), label).toEqual([]);
    expect(missing("•…·", has)).toEqual([]);
  });

  test("do not have what nobody put in: the check can fail", () => {
    expect(missing("漢😀", has)).toEqual(["漢", "😀"]);
    expect(codePoints(FONTS.Inter[0]).has(0x0628)).toBe(false);
  });
});
