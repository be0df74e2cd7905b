import { expect, it } from "vitest";
import { escapePath, unescapePath } from "../../../src/domain/path-escape.ts";

/** Path and name, as `systemd-escape --path` of systemd 252 prints them. */
const PAIRS = [
  ["/", "-"],
  ["/home", "home"],
  ["/usr/local", "usr-local"],
  ["/my/fancy/dir", "my-fancy-dir"],
  ["/fancy-dir", "fancy\\x2ddir"],
  ["/.config", "\\x2econfig"],
  ["/a.b:c_d", "a.b:c_d"],
  ["/ö", "\\xc3\\xb6"],
  ["/with space", "with\\x20space"],
  ["/back\\slash", "back\\x5cslash"],
] as const;

it.each(PAIRS)("%s is called %s", (path, name) => {
  expect(escapePath(path)).toBe(name);
  expect(unescapePath(Buffer.from(name))).toBe(path);
});

it.each([
  ["..", /spells \/\.\., which leads elsewhere/],
  ["home-..-etc", /leads elsewhere/],
  ["var-.-log", /leads elsewhere/],
  ["a\\x2fb", /hides a slash/],
  ["a\\x00b", /NUL/],
  ["a--b", /empty part/],
  ["-home", /empty part/],
  ["home-", /empty part/],
  ["", /empty part/],
  ["a\\", /does not begin/],
  ["a\\x2", /does not begin/],
  ["a\\x2D", /does not begin/],
  ["\\xff", /not text in UTF-8/],
  ["lost+found", /would be "lost\\x2bfound"/],
  ["h\\x6fme", /would be "home"/],
  ["ö", /would be "\\xc3\\xb6"/],
])("%s is refused", (name, reason) => {
  expect(() => unescapePath(Buffer.from(name))).toThrow(reason);
});

it("refuses raw bytes that are no text", () => {
  expect(() => unescapePath(Buffer.from([0x61, 0xff]))).toThrow(/not text/);
});

it("gives every path one name and every name its path back", () => {
  for (let byte = 0x20; byte < 256; byte++) {
    const path = `/x${String.fromCodePoint(byte)}y`;
    if (byte !== 0x2f && byte !== 0x7f) expect(unescapePath(Buffer.from(escapePath(path)))).toBe(path);
  }
});
