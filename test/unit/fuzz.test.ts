import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const PROJECT = join(import.meta.dirname, "../..");

/** Functions and classes that take apart what comes from outside, by how they are called. */
const READER =
  /^export (?:async )?(?:function|class) ((?:parse|decode|read|infer|sniff|compare|known)\w*|FatVolume)\b/gm;
/** Rooms whose readers get bytes and texts that nobody of ours wrote. */
const ROOMS = [
  "src/bytes/*.ts",
  "src/boot-control/*.ts",
  "src/domain/{command-line,bootconfig,boot-request}.ts",
];

/** They open a device or folder and give what they find to readers that are here. */
const EDGES = new Set([
  ...["readUpdate", "readEntries", "readLoaderFacts", "readRaucSystem", "readBootOptions"],
  // Bytes at a place that its caller has checked.
  "readGuid",
]);
/** What only a reader that is fuzzed calls, and what works on values that were read. */
const INSIDE = new Set([
  ...["decodeAndroid", "decodeEntries", "readDer", "readPeSections"],
  ...["compareEntries", "compareDigits", "inferredSlot"],
]);

const read = (pattern: string) =>
  globSync(pattern, { cwd: PROJECT }).map((file) => readFileSync(join(PROJECT, file), "utf8"));

test("every parser of stores and formats is in a test file that fuzzes", () => {
  const readers = ROOMS.flatMap(read).flatMap((text) =>
    [...text.matchAll(READER)].map(([, name]) => name ?? ""),
  );
  const fuzzed = read("test/unit/**/*.test.ts").filter((text) => /^ *fuzz\(/m.test(text));
  const missing = readers.filter((name) => !fuzzed.some((text) => new RegExp(`\\b${name}\\b`).test(text)));
  expect(readers.length).toBeGreaterThan(60);
  expect(missing.filter((name) => !EDGES.has(name) && !INSIDE.has(name))).toEqual([]);
});
