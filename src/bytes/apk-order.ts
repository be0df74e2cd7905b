import { compareDigits } from "./dpkg-order.ts";

/**
 * Compares two Alpine versions as apk does (apk-package(5)): number{.number}{letter}{_suffix{number}}{~hash}
 * {-r number}; below 0 when `a` is older.
 */
export function compareApk(a: string, b: string): number {
  const [left, right] = [tokensOf(a), tokensOf(b)];
  for (let at = 0; ; at += 1) {
    const [one, two] = [left[at] ?? END, right[at] ?? END];
    if (one.rank !== two.rank) return compareUnlike(one, two);
    if (one.rank === END.rank) return 0;
    const order = compareTokens(one, two);
    if (order !== 0) return order;
  }
}

interface Token {
  /** Of two versions that are equal so far, the one whose next part has the lower rank is newer. */
  readonly rank: number;
  readonly value: bigint | string;
}

const RANK = { component: 0, number: 1, letter: 2, suffix: 3, suffixNumber: 4, hash: 5, revision: 6, end: 7 };
const END: Token = { rank: RANK.end, value: 0n };
/** Those before a release and those after it; a release itself has none. */
const BEFORE = ["alpha", "beta", "pre", "rc"];
const AFTER = ["cvs", "svn", "git", "hg", "p"];

function suffixValue(name: string): bigint {
  const before = BEFORE.indexOf(name);
  return BigInt(before >= 0 ? before - BEFORE.length : AFTER.indexOf(name));
}

const PART =
  /\.(?<component>\d+)|(?<number>\d+)|(?<letter>[a-z])|_(?<suffix>alpha|beta|pre|rc|cvs|svn|git|hg|p)(?<suffixNumber>\d*)|~(?<hash>[0-9a-f]+)|-r(?<revision>\d+)/gy;

/** The parts of a version; what comes after something that is no part does not count. */
function tokensOf(version: string): Token[] {
  const tokens: Token[] = [];
  const add = (rank: number, value: bigint | string) => tokens.push({ rank, value });
  for (const { groups = {} } of version.matchAll(PART)) {
    const { component, number, letter, suffix, suffixNumber, hash, revision } = groups;
    if (component !== undefined) add(RANK.component, component);
    if (number !== undefined) add(RANK.number, BigInt(number));
    if (letter !== undefined) add(RANK.letter, letter);
    if (suffix !== undefined) add(RANK.suffix, suffixValue(suffix));
    if (suffixNumber) add(RANK.suffixNumber, BigInt(suffixNumber));
    if (hash !== undefined) add(RANK.hash, hash);
    if (revision !== undefined) add(RANK.revision, BigInt(revision));
  }
  return tokens;
}

/** A suffix such as _rc makes a version older than the same without; any other part makes it newer. */
function compareUnlike(one: Token, two: Token): number {
  if (isBefore(one)) return -1;
  if (isBefore(two)) return 1;
  return Math.sign(two.rank - one.rank);
}

function isBefore({ rank, value }: Token): boolean {
  return rank === RANK.suffix && typeof value === "bigint" && value < 0n;
}

function compareTokens(one: Token, two: Token): number {
  if (one.rank === RANK.component) return compareComponents(String(one.value), String(two.value));
  return one.value === two.value ? 0 : one.value < two.value ? -1 : 1;
}

/** Behind a dot a leading zero is one behind a decimal point: 1.06 is older than 1.6. */
function compareComponents(one: string, two: string): number {
  if (one.startsWith("0") || two.startsWith("0")) return one === two ? 0 : one < two ? -1 : 1;
  return compareDigits(one, two);
}
