import type { TextStyle } from "./theme.ts";

/** Width of a text in pixels at a style whose size is in pixels. */
export type Measure = (text: string, style: TextStyle) => number;

const ELLIPSIS = "…";

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
 * Breaks a text into at most `lines` lines at spaces (not at no-break ones), inside a word only where it alone is too wide; what
 * does not fit any more ends in an ellipsis.
 */
export function wrap(
  text: string,
  width: number,
  style: TextStyle,
  measure: Measure,
  lines: number,
): string[] {
  const words = text.split(/[ \n\t]+/).flatMap((word) => breakWord(word, width, style, measure));
  const found: string[] = [];
  let line = "";
  for (const { part, glued } of words) {
    const longer = line === "" ? part : glued ? line + part : `${line} ${part}`;
    if (line !== "" && measure(longer, style) > width) {
      found.push(line);
      line = part;
    } else line = longer;
  }
  if (line !== "") found.push(line);
  if (found.length <= lines) return found;
  const rest = found.slice(lines - 1).join(" ");
  return [...found.slice(0, lines - 1), ellipsize(rest, width, style, measure)];
}

interface WordPart {
  readonly part: string;
  /** Follows the part before it without a space. */
  readonly glued: boolean;
}

function breakWord(word: string, width: number, style: TextStyle, measure: Measure): WordPart[] {
  if (measure(word, style) <= width) return [{ part: word, glued: false }];
  const parts: string[] = [""];
  for (const letter of word) {
    const longer = parts[parts.length - 1] + letter;
    if (measure(longer, style) > width && longer.length > 1) parts.push(letter);
    else parts[parts.length - 1] = longer;
  }
  return parts.map((part, index) => ({ part, glued: index > 0 }));
}
