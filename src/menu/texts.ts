import ar from "../../assets/locales/ar.json" with { type: "json" };
import de from "../../assets/locales/de.json" with { type: "json" };
import en from "../../assets/locales/en.json" with { type: "json" };
import type { Locale } from "./display.ts";

/** Key of a text in assets/locales. */
export type TextKey = keyof typeof en;
/** Key of a text that has a form for each plural category of a language (CLDR). */
export type PluralKey = TextKey extends infer Key
  ? Key extends `${infer Stem}.other`
    ? Stem
    : never
  : never;
export type Values = Readonly<Record<string, string | number>>;

const CATALOGS: Readonly<Record<Locale, Readonly<Record<string, string>>>> = { en, de, ar };

let spoken: Locale = "en";

/** Runs `work`, whose texts are in `locale`. Outside of it they are English. */
export function speaking<Result>(locale: Locale, work: () => Result): Result {
  const before = spoken;
  spoken = locale;
  try {
    return work();
  } finally {
    spoken = before;
  }
}

/** Language that texts are in now. */
export function spokenLocale(): Locale {
  return spoken;
}

/** The language for those who read no other letters than Latin ones. */
export function latinLocale(locale: Locale): Locale {
  return locale === "ar" ? "en" : locale;
}

/** The text of `key` with every `{name}` replaced by the value of that name. */
export function text(key: TextKey, values: Values = {}): string {
  return filled(CATALOGS[spoken][key] ?? en[key], values);
}

/** The form of a text that fits a number, which is its `{count}`. */
export function plural(key: PluralKey, count: number, values: Values = {}): string {
  const catalog = CATALOGS[spoken];
  const form = catalog[`${key}.${categoryOf(count)}`] ?? catalog[`${key}.other`] ?? en[`${key}.other`];
  return filled(form, { ...values, count });
}

function filled(template: string, values: Values): string {
  return template.replace(/\{([a-z]+)\}/g, (whole, name: string) => {
    const value = values[name];
    return value === undefined ? whole : isolated(value);
  });
}

/** In a text from right to left, names and sizes keep their own order (Unicode's first strong isolate). */
export function isolated(value: string | number): string {
  return spoken === "ar" && typeof value === "string" ? `\u2068${value}\u2069` : String(value);
}

const rules = new Map<Locale, Intl.PluralRules>();

function categoryOf(count: number): Intl.LDMLPluralRule {
  let rule = rules.get(spoken);
  if (rule === undefined) {
    rule = new Intl.PluralRules(spoken);
    rules.set(spoken, rule);
  }
  return rule.select(count);
}

/** "No tries left", "1 try left", "2 tries left". */
export function triesText(left: number): string {
  return left === 0 ? text("tries.none") : plural("tries.left", left);
}

const UNITS = ["B", "kB", "MB", "GB", "TB"] as const;

/** A size in powers of ten, such as "1.2 GB". */
export function sizeText(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(bytes, 1)) / 3)));
  const value = bytes / 1000 ** power;
  const shown = value >= 100 || power === 0 ? String(Math.round(value)) : value.toFixed(1);
  return `${spoken === "de" ? shown.replace(".", ",") : shown} ${UNITS[power]}`;
}

/** An ISO 8601 time to the minute, the same for everybody: "2026-08-17 14:05". */
export function timeText(iso: string): string {
  return iso.slice(0, 16).replace("T", " ");
}
