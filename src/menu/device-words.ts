import ar from "../../assets/locales/ar.json" with { type: "json" };
import de from "../../assets/locales/de.json" with { type: "json" };
import en from "../../assets/locales/en.json" with { type: "json" };
import type { Locale } from "./display.ts";
import { isolated, spokenLocale, text } from "./texts.ts";

/** Texts of these beginnings are what the device says, as its sources have it: sentences, and what they list. */
const DEVICE = "device.";
const CLAUSE = "clause.";
const GAP = /\{([a-z]+)\}/g;
/** Gaps that hold a sentence of the device themselves. */
const NESTED = /^(why|what|sentence)$/;
/** The gap that lists clauses. */
const EACH = "each";

const OWN: Readonly<Record<Exclude<Locale, "en">, Readonly<Record<string, string>>>> = { de, ar };

interface Pattern {
  readonly key: string;
  /** What stands before, between and after the gaps. */
  readonly pieces: readonly string[];
  readonly gaps: readonly string[];
}

const made = new Map<string, readonly Pattern[]>();

/** Those with the most words of their own first: they say the most. */
function patterns(beginning: string): readonly Pattern[] {
  const known = made.get(beginning);
  if (known !== undefined) return known;
  const all = Object.entries(en)
    .filter(([key]) => key.startsWith(beginning))
    .sort(([, a], [, b]) => b.replace(GAP, "").length - a.replace(GAP, "").length)
    .map(([key, template]) => ({
      key,
      pieces: template.split(/\{[a-z]+\}/),
      gaps: [...template.matchAll(GAP)].map(([, name = ""]) => name),
    }));
  made.set(beginning, all);
  return all;
}

/** What stands in the gaps of a sentence; null when it is another one. Every gap ends as early as it can. */
function gapsIn(sentence: string, pieces: readonly string[]): string[] | null {
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return sentence === first ? [] : null;
  if (!sentence.startsWith(first) || !sentence.endsWith(last)) return null;
  const end = sentence.length - last.length;
  const found: string[] = [];
  let at = first.length;
  for (const piece of rest) {
    const next = sentence.indexOf(piece, at + 1);
    if (next < 0) return null;
    found.push(sentence.slice(at, next));
    at = next + piece.length;
  }
  return at < end ? [...found, sentence.slice(at, end)] : null;
}

const known = new Map<string, string | null>();
/** A device says the same few sentences again and again. */
const MOST_KNOWN = 500;

/**
 * A sentence of the device in the menu's language; null where it has none for it. The device speaks English to
 * everybody, to logs, scripts and the processes of later steps: its sentences are the keys, as with gettext, and
 * what stands in the gaps of the English text comes back out of them.
 */
export function translated(sentence: string): string | null {
  const locale = spokenLocale();
  if (locale === "en") return sentence;
  const name = `${locale} ${sentence}`;
  let found = known.get(name);
  if (found === undefined) {
    found = translate(sentence, locale) ?? bySentence(sentence, locale);
    if (known.size >= MOST_KNOWN) known.clear();
    known.set(name, found);
  }
  return found;
}

/** The same; English where the menu's language has nothing for it. */
export function inOwnWords(sentence: string): string {
  return translated(sentence) ?? sentence;
}

function translate(sentence: string, locale: Exclude<Locale, "en">, beginning = DEVICE): string | null {
  for (const { key, pieces, gaps } of patterns(beginning)) {
    const found = gapsIn(sentence, pieces);
    const template = OWN[locale][key];
    if (found === null || template === undefined) continue;
    const values = gaps.map((gap, index) => [gap, inGap(gap, found[index] ?? "", locale)] as const);
    if (values.some(([, value]) => value === null)) continue;
    const filled = new Map(values);
    return template.replace(GAP, (_, name: string) => filled.get(name) ?? "");
  }
  return null;
}

/**
 * What stands in a gap; null where it is none of what may stand there. Inside an English sentence a slot's name
 * begins small; as a name it does not.
 */
function inGap(name: string, value: string, locale: Exclude<Locale, "en">): string | null {
  if (name === EACH) {
    const clauses = value.split("; ").map((clause) => translate(clause, locale, CLAUSE));
    return clauses.includes(null) ? null : clauses.join(text("list.clause"));
  }
  if (name === "places") return placesOf(value);
  return NESTED.test(name) ? inOwnWords(value) : isolated(value.replace(/^slot /, "Slot "));
}

/** "/etc, /home and /var". */
function placesOf(list: string): string {
  const groups = list.split(" and ").map((group) => group.split(", ").map(isolated).join(text("list.comma")));
  return groups.join(text("list.and"));
}

/** Several sentences behind each other, each of which is known. */
function bySentence(text: string, locale: Exclude<Locale, "en">): string | null {
  const sentences = text.split(/(?<=\.) /);
  if (sentences.length < 2) return null;
  const each = sentences.map((sentence) => translate(sentence, locale));
  return each.some((sentence) => sentence === null) ? null : each.join(" ");
}
