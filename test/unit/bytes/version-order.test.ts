import { expect, test } from "vitest";
import { compareVersions } from "../../../src/bytes/version-order.ts";

/** The chain of the Version Format Specification, oldest first. */
const CHAIN = [
  ...["122.1", "123~rc1-1", "123", "123-a", "123-a.1", "123-1", "123-1.1", "123^post1"],
  ...["123.a-1", "123.1-1", "123a-1", "124-1"],
];

test("the specification's chain of versions is in order, each against each", () => {
  CHAIN.forEach((a, i) => {
    CHAIN.forEach((b, j) => {
      expect([a, b, Math.sign(compareVersions(a, b))]).toEqual([a, b, Math.sign(i - j)]);
    });
  });
});

test.each([
  ["1", "01", 0],
  ["1_2", "1+2", 0],
  ["99999999999999999999998", "99999999999999999999999", -1],
  ["", "", 0],
  ["", "~", 1],
  ["A", "a", -1],
  ["ab", "a", 1],
] as const)("%j against %j is %d", (a, b, order) => {
  expect(Math.sign(compareVersions(a, b))).toBe(order);
  expect(Math.sign(compareVersions(b, a))).toBe(order === 0 ? 0 : -order);
});
