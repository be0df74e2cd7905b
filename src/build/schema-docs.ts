import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod/mini";
import { configSchema } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { PROJECT } from "./paths.ts";

/** A key of the configuration, as people are told of it. */
export interface KeyDoc {
  readonly name: string;
  /** What values are right, such as "a whole number from 1 to 15". */
  readonly kind: string;
  /** As it would be written; null where the key is missing unless it is given. */
  readonly fallback: string | null;
  readonly text: string;
}

/** A table of the configuration. */
export interface TableDoc {
  /** As it stands in the file: "boot", "slot.kernel". */
  readonly name: string;
  /** Whether it may be repeated: [[slot]]. */
  readonly repeated: boolean;
  readonly keys: readonly KeyDoc[];
}

/** What of JSON Schema the configuration uses. */
interface Schema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly pattern?: string;
}

/**
 * Every table and key of the configuration: structure, values and defaults from the zod schema, sentences from the
 * comments in front of its keys.
 * @throws HoldfastError `usage` that names a key without a comment.
 */
export function configDocs(): TableDoc[] {
  const groups = commentGroups();
  const schema = z.toJSONSchema(configSchema(), { io: "input" }) as Schema;
  return Object.entries(schema.properties ?? {}).flatMap(([name, each]) => tablesOf(name, each, groups));
}

function tablesOf(name: string, schema: Schema, groups: readonly CommentGroup[]): TableDoc[] {
  const repeated = schema.type === "array";
  const properties = (repeated ? schema.items : schema)?.properties ?? {};
  const all = Object.entries(properties);
  const own = all.filter(([, each]) => each.properties === undefined);
  const inner = all.filter(([, each]) => each.properties !== undefined);
  const names = Object.keys(properties);
  const keys = own.map(([key, each]): KeyDoc => {
    const fallback = each.default === undefined ? null : tomlValue(each.default);
    return { name: key, kind: kindOf(each), fallback, text: commentOn(key, names, groups, name) };
  });
  return [
    { name, repeated, keys },
    ...inner.flatMap(([key, each]) => tablesOf(`${name}.${key}`, each, groups)),
  ];
}

/** The values that are right, in words. */
function kindOf(schema: Schema): string {
  const { anyOf, enum: values, items, minimum, maximum, pattern } = schema;
  if (anyOf !== undefined) return anyOf.map(kindOf).join(", or ");
  if (schema.const !== undefined) return tomlValue(schema.const);
  if (values !== undefined) return values.map(tomlValue).join(", ");
  if (schema.type === "array") return items === undefined ? "a list" : `a list; each: ${kindOf(items)}`;
  if (schema.type === "object") return "a table";
  if (schema.type === "boolean") return "true or false";
  if (schema.type !== "string")
    return `a ${schema.type === "integer" ? "whole number" : "number"}${rangeOf(minimum, maximum)}`;
  if (pattern?.includes("PARTTYPE") === true) return "PARTLABEL=, PARTUUID=, PARTTYPE=, or a path below /dev";
  if (pattern?.includes("PARTUUID") === true) return "PARTLABEL=, PARTUUID=, or a path below /dev";
  return pattern === "^\\/" ? "an absolute path" : "a text";
}

function rangeOf(minimum: number | undefined, maximum: number | undefined): string {
  const bounded = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER;
  if (bounded) return ` from ${minimum ?? 0} to ${maximum}`;
  return minimum === undefined ? "" : `, ${minimum} or more`;
}

function tomlValue(value: unknown): string {
  return typeof value === "object" && !Array.isArray(value) ? "{}" : JSON.stringify(value);
}

/** Keys of one object of the schema with the comments in front of them. */
type CommentGroup = ReadonlyMap<string, string>;

/** The comment on a key: out of the largest object of the sources that has it and nothing that the table lacks. */
function commentOn(
  key: string,
  names: readonly string[],
  groups: readonly CommentGroup[],
  table: string,
): string {
  const fitting = groups.filter(
    (group) => group.has(key) && [...group.keys()].every((each) => names.includes(each)),
  );
  const text = fitting.sort((one, other) => other.size - one.size)[0]?.get(key);
  if (text !== undefined && text !== "") return text;
  throw new HoldfastError("usage", `[${table}] ${key} has no comment in src/config that says what it means`);
}

/** Reads the sources of the schema: a key is a line "name: …" directly inside of an object of its own. */
function commentGroups(): CommentGroup[] {
  const folder = join(PROJECT, "src/config");
  return readdirSync(folder).flatMap((file) => groupsIn(readFileSync(join(folder, file), "utf8")));
}

export function groupsIn(source: string): CommentGroup[] {
  const groups: Map<string, string>[] = [];
  const open: (Map<string, string> | null)[] = [];
  let comment = "";
  const tokens = source.matchAll(
    /\/\*\*([\s\S]*?)\*\/|\/\/.*|"(?:[^"\\]|\\.)*"|\/\^(?:[^/\\\n]|\\.)*\/|[{}]|^\s*([a-z][a-z0-9_]*):/gm,
  );
  for (const [token, text, key] of tokens) {
    if (text !== undefined) comment = text.replace(/\s*\n\s*\*( |(?=\n)|$)/g, " ").trim();
    else if (token === "{") open.push(null);
    else if (token === "}") open.pop();
    else if (key !== undefined && open.length > 0) {
      let group = open.at(-1) ?? null;
      if (group === null) {
        group = new Map();
        open[open.length - 1] = group;
        groups.push(group);
      }
      group.set(key, comment);
      // A comment may be about the keys that follow it without one; a table inside begins anew.
    }
  }
  return groups;
}
