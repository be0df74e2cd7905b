import type { TextStyle } from "./theme.ts";

/** Width of a text in pixels at a style whose size is in pixels. */
export type Measure = (text: string, style: TextStyle) => number;

const ELLIPSIS = "…";

/** Letters of the Arabic script. */
const ARABIC = /[\u0600-\u08ff\ufb50-\ufdff\ufe70-\ufefc]/;

export function hasArabic(text: string): boolean {
  return ARABIC.test(text);
}

/** What no font draws, and marks that would turn the order of letters round (a name could hide behind them). */
const UNDRAWABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\ufeff\ufff9-\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;
/** Far more than any panel has room for. */
const MOST_LETTERS = 2000;

/** The text without what cannot be drawn, and not longer than a screen. */
export function drawable(text: string): string {
  const short = text.length > MOST_LETTERS ? text.slice(0, MOST_LETTERS) : text;
  return short.replace(UNDRAWABLE, "");
}

/** The text, or as much of it as fits in front of an ellipsis. */
export function ellipsize(text: string, width: number, style: TextStyle, measure: Measure): string {
  if (measure(text, style) <= width) return text;
  const letters = [...text];
  let [low, high] = [0, letters.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    const cut = letters.slice(0, middle).join("").trimEnd() + ELLIPSIS;
    if (measure(cut, style) <= width) low = middle;
    else high = middle - 1;
  }
  return letters.slice(0, low).join("").trimEnd() + ELLIPSIS;
}

/**
 * Breaks a text into at most `lines` lines of about the same length, at spaces (not at no-break ones), inside
 * a word only where it alone is too wide; what does not fit any more ends in an ellipsis.
 */
export function wrap(
  text: string,
  width: number,
  style: TextStyle,
  measure: Measure,
  lines: number,
): string[] {
  // Most texts fit as they are, and measuring is most of what a first layout takes.
  const whole = text.split(SPACES).filter(Boolean).join(" ");
  if (measure(whole, style) <= width) return whole === "" ? [] : [whole];
  const found = fill(text, width, style, measure, lines);
  if (found.length > lines) {
    const [first, ...others] = found.slice(lines - 1);
    const rest = others.reduce(
      (all, { text, glued }) => `${all}${glued ? "" : " "}${text}`,
      first?.text ?? "",
    );
    return [...textsOf(found).slice(0, lines - 1), ellipsize(rest, width, style, measure)];
  }
  return found.length < 2 ? textsOf(found) : balance(text, textsOf(found), width, style, measure);
}

/** A line, and whether it goes on with the word that the line before began. */
interface Line {
  readonly text: string;
  readonly glued: boolean;
}

function textsOf(lines: readonly Line[]): string[] {
  return lines.map(({ text }) => text);
}

/** The same number of lines in the least width, so that no word stands alone in the last one. */
function balance(
  text: string,
  filled: string[],
  width: number,
  style: TextStyle,
  measure: Measure,
): string[] {
  const widestWord = Math.max(...text.split(SPACES).map((word) => measure(word, style)));
  if (widestWord > width) return filled;
  let best = filled;
  for (let [low, high] = [widestWord, width]; high - low > style.size / 2; ) {
    const middle = (low + high) / 2;
    const tried = textsOf(fill(text, middle, style, measure, filled.length));
    if (tried.length === filled.length) [best, high] = [tried, middle];
    else low = middle;
  }
  return best;
}

const SPACES = /[ \n\t]+/;

/** Lines as full as they get: all of them, or one more than `most`, whose rest nobody will see. */
function fill(text: string, width: number, style: TextStyle, measure: Measure, most: number): Line[] {
  const found: Line[] = [];
  let line = "";
  let continues = false;
  for (const word of text.split(SPACES)) {
    const whole = line === "" ? word : `${line} ${word}`;
    // A word that fits behind others needs no look at itself.
    const parts =
      measure(whole, style) <= width
        ? [{ part: word, glued: false }]
        : breakWord(word, width, style, measure);
    for (const { part, glued } of parts) {
      const longer = line === "" ? part : glued ? line + part : `${line} ${part}`;
      if (line !== "" && measure(longer, style) > width) {
        found.push({ text: line, glued: continues });
        line = part;
        continues = glued;
      } else line = longer;
      if (found.length > most) return found;
    }
  }
  return line === "" ? found : [...found, { text: line, glued: continues }];
}

interface WordPart {
  readonly part: string;
  /** Follows the part before it without a space. */
  readonly glued: boolean;
}

function* breakWord(word: string, width: number, style: TextStyle, measure: Measure): Generator<WordPart> {
  let rest = word;
  for (let glued = false; rest !== ""; glued = true) {
    const cut = cutOf(rest, width, style, measure);
    yield { part: rest.slice(0, cut), glued };
    rest = rest.slice(cut);
  }
}

/**
 * How much of a word stands on a line: all of it, or what is before a hyphen or slash in the second half of what
 * has room, or as many letters as have room, at least one.
 */
function cutOf(word: string, width: number, style: TextStyle, measure: Measure): number {
  let room = 0;
  for (const letter of word) {
    if (room > 0 && measure(word.slice(0, room + letter.length), style) > width) break;
    room += letter.length;
  }
  if (room === word.length) return room;
  const after = Math.max(word.lastIndexOf("-", room - 1), word.lastIndexOf("/", room - 1)) + 1;
  return after > room / 2 ? after : room;
}
