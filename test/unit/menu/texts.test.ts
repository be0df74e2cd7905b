import { describe, expect, test } from "vitest";
import ar from "../../../assets/locales/ar.json" with { type: "json" };
import de from "../../../assets/locales/de.json" with { type: "json" };
import en from "../../../assets/locales/en.json" with { type: "json" };
import type { LOCALES } from "../../../src/menu/display.ts";
import { plural, sizeText, speaking, text, triesText } from "../../../src/menu/texts.ts";
import { ascii } from "../../../src/terminal/words.ts";

type Catalog = Readonly<Record<string, string>>;
const ENGLISH: Catalog = en;
const PLURAL = /\.(zero|one|two|few|many|other)$/;

const stemOf = (key: string) => key.replace(PLURAL, "");
const gaps = (template: string) => [...template.matchAll(/\{[a-z]+\}/g)].map(([gap]) => gap).sort();

describe.each([
  ["de", de as Catalog],
  ["ar", ar as Catalog],
] as const)("%s", (locale, catalog) => {
  test("has every text of the English one, and none besides but its own plural forms", () => {
    expect(Object.keys(ENGLISH).filter((key) => !(key in catalog))).toEqual([]);
    const isKnown = (key: string) => key in ENGLISH || `${stemOf(key)}.other` in ENGLISH;
    expect(Object.keys(catalog).filter((key) => !isKnown(key))).toEqual([]);
  });

  test("has the gaps of the English one; a form of one number may leave the number out", () => {
    for (const [key, template] of Object.entries(catalog)) {
      const expected = gaps(ENGLISH[key] ?? ENGLISH[`${stemOf(key)}.other`] ?? "");
      const isForm = PLURAL.test(key) && !key.endsWith(".other");
      const found = gaps(template);
      expect(isForm ? [...new Set([...found, "{count}"])].sort() : found, key).toEqual(expected);
    }
  });

  test("has every form that its numbers need", () => {
    const categories = new Intl.PluralRules(locale).resolvedOptions().pluralCategories;
    for (const key of Object.keys(ENGLISH).filter((each) => each.endsWith(".other")))
      for (const category of categories) expect(catalog, key).toHaveProperty([`${stemOf(key)}.${category}`]);
  });
});

test("no text is empty or shouts", () => {
  for (const [key, template] of Object.entries({ ...ENGLISH, ...de, ...ar })) {
    expect(template.trim(), key).not.toBe("");
    expect(template, key).not.toContain("!");
  }
});

test("words that are typed on a terminal can be typed on every keyboard", () => {
  const words = [en, de, ar].flatMap((catalog) =>
    Object.entries(catalog).filter(([key]) => key.startsWith("word.")),
  );
  for (const [key, word] of words) expect(word, key).toMatch(/^[A-Z]{3,10}$/);
});

test("numbers take the form of their language", () => {
  const tries = (locale: (typeof LOCALES)[number]) =>
    speaking(locale, () => [0, 1, 2, 3, 11, 100].map(triesText));
  expect(tries("en").slice(0, 3)).toEqual(["No tries left", "1 try left", "2 tries left"]);
  expect(tries("de").slice(1, 3)).toEqual(["1 Versuch übrig", "2 Versuche übrig"]);
  expect(tries("ar")).toEqual([
    "لم تبق محاولات",
    "بقيت محاولة واحدة",
    "بقيت محاولتان",
    "بقيت 3 محاولات",
    "بقيت 11 محاولة",
    "بقيت 100 محاولة",
  ]);
});

test("a language ends with what was said in it, also when that failed", () => {
  expect(() =>
    speaking("de", () => {
      throw new Error("no");
    }),
  ).toThrow("no");
  expect(text("back")).toBe("Back");
});

test("sizes are told in powers of ten with one digit behind the point", () => {
  expect([0, 999, 1500, 45_000_000, 1_234_567_890].map(sizeText)).toEqual([
    "0 B",
    "999 B",
    "1.5 kB",
    "45.0 MB",
    "1.2 GB",
  ]);
  expect(speaking("de", () => sizeText(1_234_567_890))).toBe("1,2 GB");
});

test("German on a terminal of which nothing is known is spelled out, not lost", () => {
  for (const template of Object.values(de)) expect(ascii(template.replaceAll("?", ""))).not.toContain("?");
  expect(ascii("Größe, übrig")).toBe("Groesse, uebrig");
});

test("plural forms that a language has not fall back to its general one", () => {
  expect(plural("slot.tries", 7)).toBe("Give 7 fresh tries");
});
