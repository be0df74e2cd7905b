import { spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { join } from "node:path";
import { expect, test } from "vitest";
import { canvasLibrary } from "../../src/build/canvas-library.ts";
import { nodeBase } from "../../src/build/node-base.ts";
import { PROJECT } from "../../src/build/paths.ts";
import { HOST, targetOf } from "../../src/build/target.ts";

const TARGET = targetOf(HOST);

/** Draws lines of many scripts and says what came of it. */
const DRAWING = `
const { createCanvas, GlobalFonts } = require(${JSON.stringify(createRequire(import.meta.url).resolve("@napi-rs/canvas"))});
for (const [font, name] of [["Inter-Regular.otf", "Inter"], ["NotoSansArabic-Regular.ttf", "Arabic"]])
  GlobalFonts.registerFromPath(${JSON.stringify(join(PROJECT, "assets/fonts"))} + "/" + font, name);
const pen = createCanvas(900, 200).getContext("2d");
pen.font = "24px Inter, Arabic";
pen.fillText("Slot A, e\\u0301, 👨‍👩‍👧", 10, 30);
pen.fillText("مرحبا بالعالم abc 123 العربية", 10, 70);
pen.fillText("สวัสดีชาวโลก 你好世界 こんにちは ខ្មែរ ລາວ", 10, 110);
pen.direction = "rtl";
pen.fillText("Slot A مرحبا (1)", 880, 150);
const pixels = pen.getImageData(0, 0, 900, 200).data;
console.log(require("node:crypto").createHash("sha256").update(pixels).digest("hex"), pixels.some((byte) => byte !== 0));
`;

/** What Holdfast and its libraries ask Node's ICU for, in the languages of the menu. */
const QUESTIONS = `[
  ["en", "de", "ar"].map((locale) => [0, 1, 3, 11, 100].map((count) => new Intl.PluralRules(locale).select(count))),
  [...new Intl.Segmenter("en").segment("e\\u0301👨‍👩‍👧สวัสดี你好")].map(({ segment }) => segment),
  "a10".localeCompare("a9", "en", { numeric: true }),
  new TextDecoder("utf-16le").encoding,
  "\\u1e9b\\u0323".normalize("NFKC"),
  "straße".toLocaleUpperCase("de"),
  /\\p{Script=Arabic}/u.test("م"),
].join(";")`;

function said(program: string, words: readonly string[], env: Record<string, string> = {}): string {
  const { stdout, stderr, status } = spawnSync(program, words, { encoding: "utf8", env });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  return stdout;
}

test("the canvas library without ICU data draws as before", () => {
  const drawn = said(TARGET.node, ["-e", DRAWING]);
  expect(drawn).toMatch(/ true\n$/);
  const library = { NAPI_RS_NATIVE_LIBRARY_PATH: canvasLibrary(TARGET) };
  expect(said(TARGET.node, ["-e", DRAWING], library)).toBe(drawn);
});

test("Node without ICU data answers as before", () => {
  const answers = said(TARGET.node, ["-p", QUESTIONS]);
  expect(answers).toContain("zero");
  expect(said(nodeBase(TARGET), ["-p", QUESTIONS])).toBe(answers);
});
