/** First and last code point of ranges that terminals draw with no width: marks, joiners, selectors. */
const ZERO_WIDTH: readonly (readonly [number, number])[] = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x300, 0x36f],
  [0x591, 0x5bd],
  [0x610, 0x61a],
  [0x64b, 0x65f],
  [0x670, 0x670],
  [0x6d6, 0x6dc],
  [0x1ab0, 0x1aff],
  [0x1dc0, 0x1dff],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x206f],
  [0x20d0, 0x20ff],
  [0xfe00, 0xfe0f],
  [0xfe20, 0xfe2f],
  [0xfeff, 0xfeff],
];

/** Ranges that take two cells (East Asian Width W and F, Unicode Standard Annex 11), emoji included. */
const DOUBLE_WIDTH: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xa960, 0xa97c],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f680, 0x1f6ff],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];

/** SGR, cursor and other CSI sequences, and OSC strings such as links. */
const ESCAPES = /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?)/g;

/**
 * Cells that a text takes on a terminal, in place of the package `string-width`: right for Latin, Arabic,
 * box drawing and East Asian text; emoji sequences of several code points count each of them.
 */
export default function stringWidth(text: string, options: { countAnsiEscapeCodes?: boolean } = {}): number {
  const shown = options.countAnsiEscapeCodes === true ? text : text.replace(ESCAPES, "");
  if (/^[ -~]*$/.test(shown)) return shown.length;
  let width = 0;
  for (const character of shown) width += cellsOf(character.codePointAt(0) ?? 0);
  return width;
}

function cellsOf(code: number): number {
  if (isIn(ZERO_WIDTH, code)) return 0;
  return isIn(DOUBLE_WIDTH, code) ? 2 : 1;
}

function isIn(ranges: readonly (readonly [number, number])[], code: number): boolean {
  return ranges.some(([first, last]) => code >= first && code <= last);
}
