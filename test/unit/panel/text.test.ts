import { describe, expect, test } from "vitest";
import { ellipsize, wrap } from "../../../src/panel/text.ts";

/** Every letter is ten pixels wide. */
const measure = (text: string): number => [...text].length * 10;
const style = { size: 10, weight: 400 } as const;
const lines = (text: string, width: number, most = 9): string[] => wrap(text, width, style, measure, most);

describe("text", () => {
  test("what fits stays, what does not ends in an ellipsis without a space before it", () => {
    expect(ellipsize("Slot A", 60, style, measure)).toBe("Slot A");
    expect(ellipsize("Slot Alpha", 60, style, measure)).toBe("Slot…");
    expect(ellipsize("Slot", 5, style, measure)).toBe("…");
  });

  test("letters of two code units are not cut in half", () => {
    expect(ellipsize("😀😀😀", 20, style, measure)).toBe("😀…");
  });

  test("lines break at spaces, not at no-break ones", () => {
    expect(lines("one two three", 70)).toEqual(["one two", "three"]);
    expect(lines("one two three four", 150)).toEqual(["one two", "three four"]);
    expect(lines("in 24\u00a0s", 60)).toEqual(["in", "24\u00a0s"]);
  });

  test("a word that is too wide breaks behind a hyphen when there is one, else anywhere", () => {
    expect(lines("8c6c0a1e-52a4-4d3b", 120)).toEqual(["8c6c0a1e-", "52a4-4d3b"]);
    expect(lines("abcdefgh", 30)).toEqual(["abc", "def", "gh"]);
    expect(lines("abc", 5)).toEqual(["a", "b", "c"]);
  });

  test("more lines than allowed end in an ellipsis", () => {
    expect(lines("one two three four", 70, 2)).toEqual(["one two", "three…"]);
    expect(lines("", 70)).toEqual([]);
    expect(lines("one abcdefghijkl", 40, 2)).toEqual(["one", "abc…"]);
    expect(lines("8c6c0a1e-52a4-4d3b", 90, 1)).toEqual(["8c6c0a1e…"]);
    expect(lines("abcdefghijkl", 40, 2)).toEqual(["abcd", "efg…"]);
  });
});
