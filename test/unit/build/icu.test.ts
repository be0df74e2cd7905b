import { describe, expect, test } from "vitest";
import { isKept, trimIcu } from "../../../src/build/icu.ts";

test.each([
  "root.res",
  "res_index.res",
  "pool.res",
  "brkitr/root.res",
  "brkitr/line.brk",
  "coll/res_index.res",
  "supplementalData.res",
  "metaZones.res",
  "en.res",
  "en_GB.res",
  "de.res",
  "lang/de_AT.res",
  "ar_EG.res",
  "nfkc.nrm",
  "uemoji.icu",
])("ICU keeps %s", (item) => {
  expect(isKept(item)).toBe(true);
});

test.each([
  "fr.res",
  "zh_Hans_CN.res",
  "coll/es_.res",
  "curr/ast.res",
  "ibm-1047_P100-1995.cnv",
  "brkitr/thaidict.dict",
  "translit/root.res",
  "unames.icu",
])("ICU drops %s", (item) => {
  expect(isKept(item)).toBe(false);
});

/** A package as ICU's own tools lay it out: header, table of contents, names, items at multiples of 16. */
function packageOf(items: Readonly<Record<string, string>>): Buffer {
  const header = Buffer.alloc(32);
  header.writeUInt16LE(header.length);
  Buffer.from([0xda, 0x27, 20]).copy(header, 2);
  header.write("CmnD\x01", 12, "latin1");
  const names = Object.keys(items).map((name) => `icudt78l/${name}\0`);
  const table = Buffer.alloc(4 + 8 * names.length);
  table.writeUInt32LE(names.length);
  let contents = Buffer.concat([table, Buffer.from(names.join(""))]);
  for (const [index, text] of Object.values(items).entries()) {
    contents = Buffer.concat([contents, Buffer.alloc(-contents.length & 15)]);
    const name = table.length + names.slice(0, index).join("").length;
    contents.writeUInt32LE(name, 4 + 8 * index);
    contents.writeUInt32LE(contents.length, 8 + 8 * index);
    contents = Buffer.concat([contents, Buffer.from(text)]);
  }
  return Buffer.concat([header, contents]);
}

describe("ICU's data inside a program", () => {
  const around = (data: Buffer) =>
    Buffer.concat([Buffer.from("program CmnD\x01 "), data, Buffer.from("more")]);

  test("becomes a package of what is kept, where it was, with zeros behind it", () => {
    const program = around(
      packageOf({ "brkitr/x.dict": "words", "de.res": "German", "root.res": "all", "zu.res": "Z" }),
    );
    const size = program.length;
    trimIcu(program);
    const smaller = packageOf({ "de.res": "German", "root.res": "all" });
    expect(program.indexOf(smaller)).toBe("program CmnD\x01 ".length);
    expect(program.length).toBe(size);
    expect(program.toString("latin1")).not.toMatch(/words|dict/);
    expect(program.subarray(-5).toString()).toBe("Zmore");
  });

  test("stays where the end of the last item is unknown and needed, and where there is none", () => {
    for (const program of [
      around(packageOf({ "fr.res": "F", "root.res": "all" })),
      Buffer.from("CmnD\x01"),
    ]) {
      const before = Buffer.from(program);
      trimIcu(program);
      expect(program.equals(before)).toBe(true);
    }
  });
});
