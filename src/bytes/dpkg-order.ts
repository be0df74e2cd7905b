/**
 * Compares two Debian versions "[epoch:]upstream[-revision]" as dpkg does (deb-version(7)): below 0 when `a`
 * is older. "~" is older than the end, letters are older than everything else that is no digit.
 */
export function compareDpkg(a: string, b: string): number {
  const [left, right] = [partsOf(a), partsOf(b)];
  return (
    Math.sign(left.epoch - right.epoch) ||
    compareRuns(left.upstream, right.upstream) ||
    compareRuns(left.revision, right.revision)
  );
}

function partsOf(version: string): { epoch: number; upstream: string; revision: string } {
  const [, epoch = "0", rest = ""] = /^(?:(\d+):)?(.*)$/s.exec(version) ?? [];
  const dash = rest.lastIndexOf("-");
  const upstream = dash < 0 ? rest : rest.slice(0, dash);
  return { epoch: Number(epoch), upstream, revision: dash < 0 ? "" : rest.slice(dash + 1) };
}

/** Runs of other characters and runs of digits take turns, the others first. */
function compareRuns(a: string, b: string): number {
  const left: string[] = a.match(/\D+|\d+/g) ?? [];
  const right: string[] = b.match(/\D+|\d+/g) ?? [];
  // An empty run stands before a version that begins with a digit.
  if (/^\d/.test(a)) left.unshift("");
  if (/^\d/.test(b)) right.unshift("");
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const [one, two] = [left[at] ?? "", right[at] ?? ""];
    const order = at % 2 === 0 ? compareOthers(one, two) : compareDigits(one, two);
    if (order !== 0) return order;
  }
  return 0;
}

function compareOthers(a: string, b: string): number {
  for (let at = 0; at < Math.max(a.length, b.length); at += 1) {
    const order = Math.sign(weight(a[at]) - weight(b[at]));
    if (order !== 0) return order;
  }
  return 0;
}

function weight(character: string | undefined): number {
  if (character === undefined) return 0;
  if (character === "~") return -1;
  const code = character.charCodeAt(0);
  return /[A-Za-z]/.test(character) ? code : code + 256;
}

/** Compares runs of digits as numbers of any length; an empty one is 0. */
export function compareDigits(a: string, b: string): number {
  const [left, right] = [a.replace(/^0+/, ""), b.replace(/^0+/, "")];
  return Math.sign(left.length - right.length) || (left === right ? 0 : left < right ? -1 : 1);
}
