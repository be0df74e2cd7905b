/**
 * The keys of /proc/bootconfig (kernel, Documentation/admin-guide/bootconfig.rst), where Android's
 * bootloaders leave their words since version 12: lines `key = "value"`, of several values the first.
 */
export function parseBootconfig(text: string): ReadonlyMap<string, string> {
  const lines = text.split("\n").map((line) => /^\s*([\w.-]+)\s*=\s*"([^"]*)"/.exec(line));
  return new Map(lines.flatMap((found) => (found === null ? [] : [[found[1] ?? "", found[2] ?? ""]])));
}
