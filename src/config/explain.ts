import type * as z from "zod/mini";
import type { Layer } from "./layers.ts";
import { type KeyPath, placeOf } from "./locate.ts";

type Issue = z.core.$ZodIssue;
/** The part of a zod schema's definition that tells which keys a table knows. */
interface Definition {
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>;
}

const TYPES: Readonly<Record<string, string>> = {
  string: "a text in quotes",
  int: "a whole number",
  number: "a number",
  boolean: "true or false",
  array: "a list in [ ]",
  object: "a table",
};

/** What the patterns of the schema ask for, in words. */
const PATTERNS: Readonly<Record<string, string>> = {
  id: 'up to 16 of a-z, 0-9, "_" and "-", beginning with a letter or digit, such as "a"',
  entry: 'the name of a boot entry without its counter, such as "linux-6.1.conf"',
  grubenv: 'an absolute path, such as "/boot/grub/grubenv"',
  script: 'an absolute path, such as "/usr/lib/holdfast/slots.sh"',
  system_conf: 'an absolute path, such as "/etc/rauc/system.conf"',
  init: 'an absolute path, such as "/sbin/init"',
  root_hash: "a hash of 64 to 128 digits 0-9 and a-f, or the absolute path of a file with one",
  root_hash_signature:
    '"PARTLABEL=…", "PARTUUID=…" or an absolute path, such as "/etc/holdfast/usr.roothash.p7s"',
  device: '"PARTLABEL=…", "PARTUUID=…", "PARTTYPE=…" or a path that begins with "/dev/"',
  directories: 'the escaped name of a place, such as "home", "var-log" or "encrypted/var"',
  pin: '"scrypt:SALT:KEY" with a salt of 8 bytes or more and a key of 32, in hexadecimal',
  key_file: 'an absolute path, such as "/etc/holdfast/state.key"',
};
const DEVICE = '"PARTLABEL=…", "PARTUUID=…" or a path that begins with "/dev/"';

/** The last name in a path; the places in a list have none. */
function keyOf(path: KeyPath): string {
  return String(path.findLast((key) => typeof key !== "number"));
}

/** The path of a key as a person writes it: `boot.tries`, `slot[1].root` (counted from 1). */
export function keyName(path: KeyPath): string {
  return path
    .map((key, index) => (typeof key === "number" ? `[${key + 1}]` : `${index > 0 ? "." : ""}${String(key)}`))
    .join("");
}

function valueAt(values: unknown, path: KeyPath): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    values,
  );
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (value instanceof Date) return "a date";
  if (typeof value === "object" && value !== null) return "a table";
  return JSON.stringify(value);
}

function expectation(issue: Issue): string {
  if (issue.code === "invalid_value") return issue.values.map((value) => JSON.stringify(value)).join(", ");
  if (issue.code === "too_small") return `${issue.minimum} or more`;
  if (issue.code === "too_big") return `${issue.maximum} or less`;
  if (issue.code === "invalid_type") return TYPES[issue.expected] ?? issue.expected;
  if (issue.code === "invalid_format") return PATTERNS[keyOf(issue.path)] ?? DEVICE;
  if (issue.code === "invalid_union") {
    return issue.errors.flatMap((errors) => errors.slice(0, 1).map(expectation)).join(" or ");
  }
  return issue.message;
}

/** The keys that the schema knows at `path`; a list stands for its elements. */
function knownKeys(schema: z.core.$ZodType, path: KeyPath): string[] {
  let definition = schema._zod.def as Definition;
  const unwrap = () => {
    while (definition.innerType !== undefined) definition = definition.innerType._zod.def as Definition;
  };
  unwrap();
  for (const key of path) {
    const inner = typeof key === "number" ? definition.element : definition.shape?.[String(key)];
    if (inner === undefined) return [];
    definition = inner._zod.def as Definition;
    unwrap();
  }
  return Object.keys(definition.shape ?? {});
}

/** Number of letters to add, remove or replace (Levenshtein's distance). */
function editDistance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...to].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

function unknownKey(key: string, path: KeyPath, known: readonly string[]): string {
  const near = known.find((candidate) => editDistance(key, candidate) <= 2);
  const hint = near === undefined ? `known here: ${known.join(", ")}` : `did you mean "${near}"?`;
  return `${keyName([...path, key])} is not a known key; ${hint}`;
}

function sentences(
  issue: Issue,
  schema: z.core.$ZodType,
  values: unknown,
): { path: KeyPath; text: string }[] {
  if (issue.code === "unrecognized_keys") {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      text: unknownKey(key, issue.path, known),
    }));
  }
  const value = valueAt(values, issue.path);
  const name = keyName(issue.path);
  const found = value === undefined ? "is missing" : `is ${shown(value)}`;
  return [{ path: issue.path, text: `${name} ${found}; right would be ${expectation(issue)}` }];
}

/** One sentence about the value at `path`, with the file and line that it comes from. */
export function atPlace(layers: readonly Layer[], path: KeyPath, text: string): string {
  const { file, line } = placeOf(layers, path);
  const end = /[?.]$/.test(text) ? "" : ".";
  return `${file}${line === null ? "" : `, line ${line}`}: ${text}${end}`;
}

/**
 * Turns what zod found (zod/mini says only "Invalid input") into sentences that name file, line, key, what
 * was found and what would be right.
 */
export function explainIssues(
  issues: readonly Issue[],
  schema: z.core.$ZodType,
  values: unknown,
  layers: readonly Layer[],
): string[] {
  return issues
    .flatMap((issue) => sentences(issue, schema, values))
    .map(({ path, text }) => atPlace(layers, path, text));
}
