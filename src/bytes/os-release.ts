/**
 * Parses os-release (os-release(5)): lines `NAME=value`, the value bare or quoted as in a shell, comments
 * with "#". Lines that are not assignments are left out; the last one of a name counts.
 */
export function parseOsRelease(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  for (const line of text.split("\n")) {
    const match = /^\s*([A-Za-z_][A-Za-z0-9_]*)=(.*?)\s*$/.exec(line);
    if (match?.[1] !== undefined && match[2] !== undefined) values.set(match[1], unquote(match[2]));
  }
  return values;
}

function unquote(value: string): string {
  const single = /^'([^']*)'$/.exec(value);
  if (single?.[1] !== undefined) return single[1];
  const double = /^"(.*)"$/.exec(value);
  return (double?.[1] ?? value).replace(/\\([\\"'$`])/g, "$1");
}
