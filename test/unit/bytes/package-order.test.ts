import { describe, expect, test } from "vitest";
import { compareApk } from "../../../src/bytes/apk-order.ts";
import { compareDpkg } from "../../../src/bytes/dpkg-order.ts";
import { comparePacman, compareRpm } from "../../../src/bytes/rpm-order.ts";

type Order = (a: string, b: string) => number;

/** Every version is older than all those after it. */
const CHAINS: readonly (readonly [string, Order, readonly string[]])[] = [
  [
    "dpkg",
    compareDpkg,
    ["1.0~~", "1.0~rc1", "1.0", "1.0-1", "1.0a", "1.0+b1", "1.0.1", "1.9", "1.10", "1:0.1"],
  ],
  [
    "rpm",
    compareRpm,
    ["1.0~rc1-1", "1.0-1", "1.0-1.fc40", "1.0^git1-1", "1.0a-1", "1.0.1-1", "1.10-1", "1:0-1"],
  ],
  [
    "pacman",
    comparePacman,
    ["1.0alpha-1", "1.0rc-1", "1.0-1", "1.0-2", "1.0.a-1", "1.0.1-1", "1.10-1", "1:0-1"],
  ],
  [
    "apk",
    compareApk,
    [
      "1.0_alpha",
      "1.0_alpha2",
      "1.0_rc1",
      "1.0",
      "1.0-r1",
      "1.0_git20240101-r0",
      "1.0_p1",
      "1.0a",
      "1.06",
      "1.6",
    ],
  ],
];

describe.each(CHAINS)("the order of %s", (_name, order, chain) => {
  const pairs = chain.flatMap((a, i) => chain.map((b, j) => [a, b, Math.sign(i - j)] as const));

  test.each(pairs)("puts %s and %s in their places", (a, b, expected) => {
    expect(order(a, b)).toBe(expected);
  });
});

test("numbers longer than any machine's are compared as numbers", () => {
  const [small, large] = [`1.${"9".repeat(40)}`, `1.1${"0".repeat(40)}`];
  for (const order of [compareDpkg, compareRpm, comparePacman, compareApk]) {
    expect(order(small, large)).toBe(-1);
    expect(order(large, large)).toBe(0);
  }
});

test("leading zeros do not count, but for Alpine's parts behind a dot", () => {
  for (const order of [compareDpkg, compareRpm, comparePacman]) expect(order("1.06", "1.6")).toBe(0);
  expect(compareApk("1.06", "1.6")).toBe(-1);
});

test("pacman leaves a release out of account that only one side has", () => {
  expect(comparePacman("1.0", "1.0-5")).toBe(0);
  expect(compareRpm("1.0", "1.0-5")).toBe(-1);
});
