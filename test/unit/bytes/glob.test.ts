import { expect, test } from "vitest";
import { matchesGlob } from "../../../src/bytes/glob.ts";

test.each([
  ["os-2[.+]*", "os-2.conf", true],
  ["os-2[.+]*", "os-2+1-1.conf", true],
  ["os-2[.+]*", "os-20.conf", false],
  ["os-?.conf", "os-7.conf", true],
  ["os-?.conf", "os-.conf", false],
  ["os[0-9]*", "os5+3.efi", true],
  ["os[0-9]*", "osx.efi", false],
  ["*", "", true],
  ["*a*b", "xaybzb", true],
  ["*a*b", "xaybzc", false],
  ["", "", true],
  ["", "a", false],
  ["a[", "a[", true],
  ["[]]", "]", true],
  ["*.conf", "é.conf", true],
] as const)("%j matches %j: %j", (pattern, text, matches) => {
  expect(matchesGlob(pattern, text)).toBe(matches);
});

test("a pattern of many stars takes no longer than its length asks for", () => {
  const started = performance.now();
  expect(matchesGlob(`${"*a".repeat(200)}b`, "a".repeat(4000))).toBe(false);
  expect(performance.now() - started).toBeLessThan(1000);
});
