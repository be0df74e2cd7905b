import { HoldfastError } from "../domain/errors.ts";

/** Values by key, by group. */
export type KeyFile = ReadonlyMap<string, ReadonlyMap<string, string>>;

/**
 * Reads a GLib key file, the format of RAUC's system.conf (GLib: gkeyfile.c): [group] lines, key=value lines
 * and # comments; groups of the same name are one, of the same key the last counts. In values \s, \n, \t, \r
 * and \\ are escapes. Throws `badConfig` naming file and line for anything else.
 */
export function parseKeyFile(text: string, file: string): KeyFile {
  const groups = new Map<string, Map<string, string>>();
  let group: Map<string, string> | null = null;
  text.split("\n").forEach((line, index) => {
    const where = `${file}:${index + 1}`;
    const trimmed = line.trim();
    if (trimmed === "" || trimmed.startsWith("#")) return;
    const name = /^\[([^[\]\x00-\x1f]+)\]$/.exec(trimmed)?.[1];
    if (name !== undefined) {
      group = groups.get(name) ?? new Map();
      groups.set(name, group);
      return;
    }
    const [key, value] = entryOf(trimmed, where);
    if (group === null) throw bad(where, `"${key}" stands before the first [group]`);
    group.set(key, value);
  });
  return groups;
}

function entryOf(line: string, where: string): [string, string] {
  const [, key, value] = /^([A-Za-z0-9_.@-]+(?:\[[\w.@-]+\])?)\s*=\s*(.*)$/.exec(line) ?? [];
  if (key === undefined || value === undefined) {
    throw bad(where, `found "${line.slice(0, 60)}", [group] or key=value would be right`);
  }
  return [key, unescaped(value, where)];
}

const ESCAPES: Readonly<Record<string, string>> = { s: " ", n: "\n", t: "\t", r: "\r", "\\": "\\" };

function unescaped(value: string, where: string): string {
  return value.replace(/\\(.?)/g, (found, letter: string) => {
    const meant = ESCAPES[letter];
    if (meant === undefined) throw bad(where, `"${found}" is no escape; \\\\ is a backslash`);
    return meant;
  });
}

function bad(where: string, what: string): HoldfastError {
  return new HoldfastError("badConfig", `${where}: ${what}`);
}
