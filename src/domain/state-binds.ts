import { messageOf } from "./errors.ts";
import { unescapePath } from "./path-escape.ts";
import { ENCRYPTED_DIR } from "./state-layout.ts";

/** A directory that was found on the state partition or in its encrypted part. */
export interface StateDirectory {
  /** The raw name: what is no UTF-8 must be refused by its bytes and not by what they were turned into. */
  readonly name: Uint8Array;
  readonly encrypted: boolean;
}

/** One directory of the state partition and the place that its name says. */
export interface Bind {
  /** Below the state partition, such as "encrypted/var". */
  readonly source: string;
  /** Absolute path in the real root. */
  readonly target: string;
}

/** A directory that is not bound, and the sentence that says why. */
export interface RefusedBind {
  readonly source: string;
  readonly reason: string;
}

export interface BindPlan {
  /** Parents stand before what lies below them. */
  readonly binds: readonly Bind[];
  readonly refused: readonly RefusedBind[];
}

/** Places that a data partition never takes, with everything below them: the kernel's, ours and the image's own. */
const CLOSED = ["/proc", "/sys", "/dev", "/run", "/state", "/sysroot", "/usr"] as const;
/** What may be taken below them all the same. */
const OPEN = ["/usr/local"] as const;
/** What file systems put into their root themselves. */
const FOREIGN = new Set(["lost+found"]);

/** Why nothing may be bound to `target`, as the end of a sentence; null when it may. */
export function closedTarget(target: string): string | null {
  if (target === "/") return "the root itself cannot be replaced";
  if (OPEN.some((place) => isBelow(target, place))) return null;
  const place = CLOSED.find((each) => isBelow(target, each));
  return place === undefined ? null : `${place} belongs to the system`;
}

/** Whether `path` is `place` or lies below it. */
export function isBelow(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

/**
 * Where every directory of the state partition is bound to. Names with a leading dot are private; what cannot
 * be bound is refused with its reason, and two directories for one place are both refused: which of them has
 * the data, nobody can know.
 */
export function planBinds(directories: readonly StateDirectory[]): BindPlan {
  const shared = directories.filter((directory) => !isPrivate(directory));
  const judged = shared.map(judge).sort((a, b) => (a.source < b.source ? -1 : 1));
  const refused = judged.flatMap((each) => ("reason" in each ? [each] : []));
  const named = judged.flatMap((each) => ("target" in each ? [each] : []));
  const twins = named.filter(({ target }) => named.filter((other) => other.target === target).length > 1);
  const binds = named.filter((bind) => !twins.includes(bind)).sort(byDepth);
  return { binds, refused: [...refused, ...twins.map((twin) => refuseTwin(twin, twins))] };
}

function isPrivate({ name, encrypted }: StateDirectory): boolean {
  const text = Buffer.from(name).toString("latin1");
  const isDoubleDot = text === "." || text === "..";
  return (
    (text.startsWith(".") && !isDoubleDot) || FOREIGN.has(text) || (!encrypted && text === ENCRYPTED_DIR)
  );
}

function judge(directory: StateDirectory): Bind | RefusedBind {
  const source = sourceOf(directory);
  let target: string;
  try {
    target = unescapePath(directory.name);
  } catch (error) {
    return { source, reason: `${source} is not bound: its name ${messageOf(error)}.` };
  }
  const closed = closedTarget(target);
  return closed === null ? { source, target } : { source, reason: `${source} is not bound: ${closed}.` };
}

function sourceOf({ name, encrypted }: StateDirectory): string {
  // A name is shown in messages: what is no text and what moves a cursor must not get there.
  const shown = Buffer.from(name)
    .toString("utf8")
    .replace(/\p{Cc}/gu, "\uFFFD");
  return encrypted ? `${ENCRYPTED_DIR}/${shown}` : shown;
}

function refuseTwin(bind: Bind, twins: readonly Bind[]): RefusedBind {
  const others = twins.filter((twin) => twin.target === bind.target && twin !== bind);
  const names = others.map((other) => other.source).join(" and ");
  return { source: bind.source, reason: `${bind.source} is not bound: ${names} is for ${bind.target}, too.` };
}

function byDepth(a: Bind, b: Bind): number {
  const depth = ({ target }: Bind) => target.split("/").length;
  return depth(a) - depth(b) || (a.target < b.target ? -1 : 1);
}
