import { HoldfastError } from "../domain/errors.ts";

/** A partition label pattern of systemd-sysupdate: literal text around one "@v". */
export interface LabelPattern {
  readonly before: string;
  readonly after: string;
}

/** What the label of a partition says about the slot in it. */
export type VersionedLabel =
  | { readonly state: "version"; readonly version: string }
  /** Free for the next update. */
  | { readonly state: "empty" }
  /** A transfer that was not finished: never offered for a start. */
  | { readonly state: "partial" | "pending"; readonly version: string };

/** Label of a free slot (sysupdate.d(5)). */
export const EMPTY_LABEL = "_empty";
/** Most UTF-16 units that a GPT entry's name takes. */
const MAX_LABEL = 36;
const PREFIXES = { "PRT#": "partial", "PND#": "pending" } as const;

/** Takes a pattern such as "duranium_@v_usr" apart; throws `badConfig` without exactly one "@v". */
export function parseLabelPattern(text: string): LabelPattern {
  const [before, after, more] = text.split("@v");
  if (before !== undefined && after !== undefined && more === undefined && !/@/.test(before + after)) {
    return { before, after };
  }
  throw new HoldfastError("badConfig", `the label pattern "${text}" must have one "@v" and no other "@"`);
}

/** What a label means under a pattern; null when it is no label of this pattern. */
export function readLabel(pattern: LabelPattern, label: string): VersionedLabel | null {
  if (label === EMPTY_LABEL) return { state: "empty" };
  for (const [prefix, state] of Object.entries(PREFIXES)) {
    const version = label.startsWith(prefix) ? versionIn(pattern, label.slice(prefix.length)) : null;
    if (version !== null) return { state, version };
  }
  const version = versionIn(pattern, label);
  return version === null ? null : { state: "version", version };
}

/** The label of a version; throws `badConfig` when a GPT entry has no room for it. */
export function formatLabel({ before, after }: LabelPattern, version: string): string {
  const label = `${before}${version}${after}`;
  if (VERSION.test(version) && label.length <= MAX_LABEL) return label;
  throw new HoldfastError(
    "badConfig",
    `"${label}" is no label: at most ${MAX_LABEL} letters of A-Z a-z 0-9 .~^-+_ fit`,
  );
}

const VERSION = /^[A-Za-z0-9.~^+_-]+$/;

function versionIn({ before, after }: LabelPattern, label: string): string | null {
  if (label.length <= before.length + after.length) return null;
  if (!label.startsWith(before) || !label.endsWith(after)) return null;
  const version = label.slice(before.length, label.length - after.length);
  return VERSION.test(version) ? version : null;
}

/** A version begins with a digit; what is before it and what is behind it stays the same. */
const SHAPE = /^(.*_)(\d[A-Za-z0-9.~^+-]*)(_[A-Za-z][A-Za-z0-9-]*)?$/;

/**
 * The patterns that labels follow, such as "duranium_@v_usr" or "os_@v", in the order of their first label; none
 * where no label has a version. Free and unfinished ones count, too.
 */
export function inferPatterns(labels: readonly string[]): LabelPattern[] {
  const patterns = labels.flatMap((label) => {
    const plain = Object.keys(PREFIXES).reduce((text, prefix) => text.replace(prefix, ""), label);
    const [, before, , after = ""] = SHAPE.exec(plain) ?? [];
    return before === undefined || label === EMPTY_LABEL ? [] : [{ before, after }];
  });
  return patterns.filter((pattern, at) => patterns.findIndex((other) => isSame(other, pattern)) === at);
}

function isSame(a: LabelPattern, b: LabelPattern): boolean {
  return a.before === b.before && a.after === b.after;
}
