import { text } from "./texts.ts";
import type { Entry, EntryKey } from "./view.ts";

/** Which characters a keyboard shows: small letters, capitals, or everything else. */
export type Page = "small" | "capital" | "symbols";

const DIGITS = ["123", "456", "789"] as const;
const PAGES: Readonly<Record<Page, readonly string[]>> = {
  small: ["1234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm"],
  capital: ["1234567890", "QWERTYUIOP", "ASDFGHJKL", "ZXCVBNM"],
  symbols: ["!\"#$%&'()*", "+,-./:;<=>", "?@[\\]^_`{", "|}~"],
};

/** Keys of characters are named by them: "char:a". */
export const CHARACTER = "char:";

function row(characters: string): EntryKey[] {
  return [...characters].map((label) => ({ key: CHARACTER + label, label, role: "character" }));
}

const erase = (): EntryKey => ({ key: "erase", label: text("entry.erase"), role: "erase" });
const submit = (): EntryKey => ({ key: "submit", label: text("entry.submit"), role: "submit" });
const cancel = (): EntryKey => ({ key: "cancel", label: text("entry.cancel"), role: "cancel" });

/** The rows of the keyboard for a kind of entry. A word is typed on a terminal, which has its own. */
export function keyboard(kind: Entry["kind"], page: Page): EntryKey[][] {
  if (kind === "word") return [[cancel()]];
  if (kind === "pin") return [...DIGITS.map(row), [erase(), ...row("0"), submit()], [cancel()]];
  const [first = "", second = "", third = "", last = ""] = PAGES[page];
  const shift: EntryKey = { key: "shift", label: text("entry.shift"), role: "shift" };
  const other: EntryKey = {
    key: "page",
    label: text(page === "symbols" ? "entry.letters" : "entry.symbols"),
    role: "page",
  };
  const space: EntryKey = { key: `${CHARACTER} `, label: text("entry.space"), role: "wide" };
  const lead = page === "symbols" ? [] : [shift];
  return [
    row(first),
    row(second),
    row(third),
    [...lead, ...row(last), erase()],
    [cancel(), other, space, submit()],
  ];
}
