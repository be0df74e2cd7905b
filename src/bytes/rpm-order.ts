import { compareDigits } from "./dpkg-order.ts";

/** What is compared of "[epoch:]version[-release]"; the release is null where there is none. */
interface Evr {
  readonly epoch: string;
  readonly version: string;
  readonly release: string | null;
}

function evrOf(text: string): Evr {
  const [, epoch = "0", rest = ""] = /^(?:(\d*):)?(.*)$/s.exec(text) ?? [];
  const dash = rest.lastIndexOf("-");
  return {
    epoch,
    version: dash < 0 ? rest : rest.slice(0, dash),
    release: dash < 0 ? null : rest.slice(dash + 1),
  };
}

type Compare = (a: string, b: string) => number;

function compareUpToVersion(left: Evr, right: Evr, compare: Compare): number {
  return compareDigits(left.epoch, right.epoch) || compare(left.version, right.version);
}

/**
 * Compares two versions "[epoch:]version[-release]" as rpm 4.15 and newer do (rpm-version(7)): below 0 when
 * `a` is older. "~" is older than the end, "^" newer than the end but older than anything else.
 */
export function compareRpm(a: string, b: string): number {
  const [left, right] = [evrOf(a), evrOf(b)];
  const order = compareUpToVersion(left, right, compareSegments);
  if (order !== 0) return order;
  if (left.release === null || right.release === null) {
    return Number(left.release !== null) - Number(right.release !== null);
  }
  return compareSegments(left.release, right.release);
}

/**
 * The same as pacman does (vercmp(8)): it knows neither "~" nor "^", 1.0rc is older than 1.0, and a release
 * counts only where both have one.
 */
export function comparePacman(a: string, b: string): number {
  const [left, right] = [evrOf(a), evrOf(b)];
  const order = compareUpToVersion(left, right, comparePlainSegments);
  if (order !== 0 || left.release === null || right.release === null) return order;
  return comparePlainSegments(left.release, right.release);
}

function compareSegments(a: string, b: string): number {
  let [left, right] = [a, b];
  while (left !== "" || right !== "") {
    left = left.replace(/^[^A-Za-z0-9~^]+/, "");
    right = right.replace(/^[^A-Za-z0-9~^]+/, "");
    const mark = /^[~^]/.exec(left)?.[0] ?? /^[~^]/.exec(right)?.[0];
    if (mark !== undefined) {
      const order = compareMarks(left, right);
      if (order !== 0) return order;
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    if (left === "" || right === "") break;
    const { order, ...used } = compareSegment(left, right);
    if (order !== 0) return order;
    [left, right] = [left.slice(used.left), right.slice(used.right)];
  }
  return Math.sign(left.length - right.length);
}

/** The order of two rests of which at least one begins with "~" or "^"; 0 when both begin with the same. */
function compareMarks(left: string, right: string): number {
  if (left.startsWith("~") !== right.startsWith("~")) return left.startsWith("~") ? -1 : 1;
  if (left.startsWith("~")) return 0;
  if (left === "" || right === "") return left === "" ? -1 : 1;
  if (left.startsWith("^") !== right.startsWith("^")) return left.startsWith("^") ? -1 : 1;
  return 0;
}

interface Step {
  readonly order: number;
  /** Characters of each side that are settled. */
  readonly left: number;
  readonly right: number;
}

/** Compares the run of digits or letters that the left side begins with to the same kind of the right side. */
function compareSegment(left: string, right: string): Step {
  const numeric = /^\d/.test(left);
  const pattern = numeric ? /^\d+/ : /^[A-Za-z]+/;
  const [one, two] = [pattern.exec(left)?.[0] ?? "", pattern.exec(right)?.[0] ?? ""];
  const used = { left: one.length, right: two.length };
  // Numbers are newer than letters.
  if (two === "") return { order: numeric ? 1 : -1, ...used };
  const order = numeric ? compareDigits(one, two) : one === two ? 0 : one < two ? -1 : 1;
  return { order, ...used };
}

function comparePlainSegments(a: string, b: string): number {
  if (a === b) return 0;
  let [left, right] = [a, b];
  while (left !== "" && right !== "") {
    const [gap, otherGap] = [gapOf(left), gapOf(right)];
    left = left.slice(gap);
    right = right.slice(otherGap);
    if (left === "" || right === "") break;
    if (gap !== otherGap) return Math.sign(gap - otherGap);
    const { order, ...used } = compareSegment(left, right);
    if (order !== 0) return order;
    [left, right] = [left.slice(used.left), right.slice(used.right)];
  }
  if (left === "" && right === "") return 0;
  // What is left is newer, unless it begins with letters, such as rc or beta.
  const rest = left === "" ? right : left;
  const newer = !/^[A-Za-z]/.test(rest);
  return (left === "") === newer ? -1 : 1;
}

/** Characters before the next letter or digit. */
function gapOf(text: string): number {
  return /^[^A-Za-z0-9]*/.exec(text)?.[0].length ?? 0;
}
