import original from "string-width";
import { expect, test } from "vitest";
import stringWidth from "../../../src/build/shims/string-width.ts";

test.each([
  "",
  "Slot A",
  "Größe, façade, naïve",
  "e\u0301 combining",
  "┌─┐│█░ • … → ✓ ●",
  "\u001b[1;32mgreen\u001b[0m text",
  "\u001b]8;;https://example.org\u0007link\u001b]8;;\u0007",
  "漢字とカナ",
  "한국어",
  "نظام مُقلع",
  "🙂",
  "soft\u00adhyphen and zero\u200bwidth",
  "ＦＵＬＬ",
  "tab\tand\u0007bell",
])("%j is as wide as the package says", (text) => {
  expect(stringWidth(text)).toBe(original(text));
});

test("escape sequences count only when that is asked for", () => {
  expect(stringWidth("\u001b[1m!", { countAnsiEscapeCodes: true })).toBe(
    original("\u001b[1m!", { countAnsiEscapeCodes: true }),
  );
});
