/** Locales that the menu is shown in; the others' data is dropped from the ICU inside Node and canvas library. */
export const KEPT_LOCALES = ["en", "de", "ar"] as const;

/** Behind a data file's header length: ICU's mark, little-endian ASCII, and the format of a package (ucmndata.h). */
const MARK = { at: 2, bytes: Buffer.from([0xda, 0x27]) };
const FORMAT = { at: 12, bytes: Buffer.from("CmnD\x01", "latin1") };
/** Items begin at multiples of it. */
const ALIGNMENT = 16;

/** A thing in a package; `length` is null for the last one, whose end nothing tells. */
interface Item {
  /** With the package's name: "icudt78l/brkitr/root.res". */
  readonly path: string;
  /** Without it: "brkitr/root.res". */
  readonly name: string;
  /** From the table of contents on. */
  readonly start: number;
  readonly length: number | null;
}

/**
 * Cuts what Holdfast has no use for out of the ICU data package that a stripped binary has built in, in place: the
 * smaller package starts where the old one did and the rest is zeros. A binary without one keeps what it has.
 */
export function trimIcu(binary: Buffer): void {
  const start = findPackage(binary);
  if (start === null) return;
  const contents = start + binary.readUInt16LE(start);
  const items = itemsOf(binary, contents);
  const last = items.at(-1);
  // It cannot be copied. Where all locales are there, it is one of the alphabet's end.
  if (last === undefined || isKept(last.name)) return;
  const kept = items.filter(({ name }) => isKept(name));
  const smaller = tableWith(kept, binary.subarray(contents));
  binary.fill(0, contents, contents + last.start);
  smaller.copy(binary, contents);
}

/** Where the header of a binary's ICU package is; null where it has none. */
function findPackage(binary: Buffer): number | null {
  for (let at = binary.indexOf(FORMAT.bytes); at >= 0; at = binary.indexOf(FORMAT.bytes, at + 1)) {
    const start = at - FORMAT.at;
    if (start >= 0 && binary.subarray(start + MARK.at, start + MARK.at + 2).equals(MARK.bytes)) return start;
  }
  return null;
}

/** A table of contents is a count, then for each item where its name and its bytes begin, from the table on (udatamem). */
function itemsOf(binary: Buffer, contents: number): Item[] {
  const count = binary.readUInt32LE(contents);
  const startOf = (index: number) => binary.readUInt32LE(contents + 4 + 8 * index + 4);
  return Array.from({ length: count }, (_, index) => {
    const at = contents + binary.readUInt32LE(contents + 4 + 8 * index);
    const path = binary.toString("latin1", at, binary.indexOf(0, at));
    const start = startOf(index);
    return {
      path,
      name: path.slice(path.indexOf("/") + 1),
      start,
      length: index + 1 < count ? startOf(index + 1) - start : null,
    };
  });
}

/** A package without its header that has these items of `old` alone. */
function tableWith(items: readonly Item[], old: Buffer): Buffer {
  const names = items.map(({ path }) => Buffer.from(`${path}\0`, "latin1"));
  const table = Buffer.alloc(4 + 8 * items.length);
  table.writeUInt32LE(items.length);
  const parts: Buffer[] = [table, ...names];
  let at = table.length;
  for (const [index, name] of names.entries()) {
    table.writeUInt32LE(at, 4 + 8 * index);
    at += name.length;
  }
  for (const [index, { start, length }] of items.entries()) {
    const padding = Buffer.alloc((ALIGNMENT - (at % ALIGNMENT)) % ALIGNMENT);
    const bytes = old.subarray(start, start + (length ?? 0));
    parts.push(padding, bytes);
    at += padding.length;
    table.writeUInt32LE(at, 4 + 8 * index + 4);
    at += bytes.length;
  }
  return Buffer.concat(parts);
}

/** What is left out whatever the locale: legacy converters, words of languages without spaces, names of characters. */
const DROPPED = /\.cnv$|\.dict$|^translit\/|^unames\.icu$/;

/**
 * Whether an ICU item stays: everything but `DROPPED` and the resource bundles of other locales. Of the bundles root,
 * the indexes, CLDR's tables (whose names are no locale codes) and the kept locales stay.
 */
export function isKept(item: string): boolean {
  if (DROPPED.test(item)) return false;
  const bundle = /(?:^|\/)([^/]+)\.res$/.exec(item)?.[1];
  if (bundle === undefined) return true;
  const isLocale = bundle !== "res_index" && /^[a-z]{2,3}(_[A-Za-z0-9_]*)?$/.test(bundle);
  return !isLocale || KEPT_LOCALES.some((kept) => bundle === kept || bundle.startsWith(`${kept}_`));
}
