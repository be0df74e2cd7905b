/**
 * Compares two versions as UAPI.10 has it (Version Format Specification), to the letter of systemd 252:
 * below 0 when `a` is older, 0 when they are equal. "~" is older than the end, then "-", "^", ".";
 * runs of digits compare as numbers, runs of letters by byte.
 */
export function compareVersions(a: string, b: string): number {
  let [left, right] = [a, b];
  for (;;) {
    left = left.replace(/^[^A-Za-z0-9.~^-]+/, "");
    right = right.replace(/^[^A-Za-z0-9.~^-]+/, "");
    const tilde = separator("~", left, right);
    if (tilde !== 0) return tilde;
    if (left.startsWith("~")) {
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    if (left === "" || right === "") return Math.sign(left.length - right.length);
    const step = compareParts(left, right);
    if (step.order !== 0) return step.order;
    [left, right] = [left.slice(step.left), right.slice(step.right)];
  }
}

interface Step {
  readonly order: number;
  /** Characters of each side that are settled. */
  readonly left: number;
  readonly right: number;
}

/** The separators that come first on either side, then one run of digits or letters of both. */
function compareParts(a: string, b: string): Step {
  let at = 0;
  for (const mark of ["-", "^", "."]) {
    const order = separator(mark, a.slice(at), b.slice(at));
    if (order !== 0) return { order, left: 0, right: 0 };
    if (a.slice(at).startsWith(mark)) at++;
  }
  const [left, right] = [a.slice(at), b.slice(at)];
  const numeric = /^\d/.test(left) || /^\d/.test(right);
  const pattern = numeric ? /^\d*/ : /^[A-Za-z]*/;
  const runs = [pattern.exec(left)?.[0] ?? "", pattern.exec(right)?.[0] ?? ""] as const;
  const order = numeric ? compareNumbers(...runs) : compareText(...runs);
  return { order, left: at + runs[0].length, right: at + runs[1].length };
}

/** The side that has the separator is the older one; 0 when both or none have it. */
function separator(mark: string, a: string, b: string): number {
  return Number(b.startsWith(mark)) - Number(a.startsWith(mark));
}

/** An empty run is older than any number; leading zeros do not count. */
function compareNumbers(a: string, b: string): number {
  if (a === "" || b === "") return Math.sign(a.length - b.length);
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return Math.sign(left.length - right.length) || compareText(left, right);
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
