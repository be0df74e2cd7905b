import type { Layer } from "./layers.ts";

/** Keys and array indices from the top of a document to a value, as zod reports them. */
export type KeyPath = readonly PropertyKey[];

const HEADER = /^\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$/;
const ASSIGNMENT =
  /^\s*((?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*'))*)\s*=/;

function partsOf(dotted: string): string[] {
  const parts = dotted.match(/[A-Za-z0-9_-]+|"[^"]*"|'[^']*'/g) ?? [];
  return parts.map((part) => part.replace(/^(["'])(.*)\1$/, "$2"));
}

function sharedLength(path: KeyPath, found: KeyPath): number {
  const length = found.findIndex((key, index) => String(key) !== String(path[index]));
  return length === -1 ? found.length : length;
}

/**
 * The line (from 1) on which the value at `path` is set, or that of the nearest table around it; null when
 * the document sets none of it. Goes by lines: keys inside of inline tables and of multi-line values are
 * found at the line where the value starts.
 */
function lineOfKey(text: string, path: KeyPath): number | null {
  const counts = new Map<string, number>();
  let table: PropertyKey[] = [];
  let best = { length: 0, line: 0 };
  text.split("\n").forEach((line, index) => {
    const header = HEADER.exec(line);
    const assignment = ASSIGNMENT.exec(line);
    let found: PropertyKey[];
    if (assignment?.[1] !== undefined) {
      found = [...table, ...partsOf(assignment[1])];
    } else if (header?.[2] !== undefined) {
      const name = partsOf(header[2]);
      const key = name.join(".");
      const nth = counts.get(key) ?? 0;
      if (header[1] === "[[") counts.set(key, nth + 1);
      table = header[1] === "[[" ? [...name, nth] : name;
      // The first of a list also stands for the whole list.
      found = nth === 0 && path.length === name.length ? name : table;
    } else return;
    const length = sharedLength(path, found);
    // A line that goes on to some other key does not set this one; its table does not either.
    if (length === found.length && length > best.length) best = { length, line: index + 1 };
  });
  return best.length === 0 ? null : best.line;
}

/** Whether the layer sets the value at `path` itself. */
function sets(layer: Layer, path: KeyPath): boolean {
  let value: unknown = layer.values;
  for (const key of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<PropertyKey, unknown>)[key];
  }
  return true;
}

/**
 * The file, and line if known, that the value at `path` comes from: the last layer that sets it, or, for a
 * key that is missing, the last one that sets the table it belongs to.
 */
export function placeOf(layers: readonly Layer[], path: KeyPath): { file: string; line: number | null } {
  for (let length = path.length; length >= 0; length -= 1) {
    const layer = layers.findLast((each) => sets(each, path.slice(0, length)));
    if (layer !== undefined) return { file: layer.file, line: lineOfKey(layer.text, path.slice(0, length)) };
  }
  return { file: "built-in defaults", line: null };
}
