/**
 * The keys of /proc/bootconfig, where the kernel prints `key = "value"` or `key = "one", "two"` by line
 * (Documentation/admin-guide/bootconfig.rst). Of several values the first counts.
 */
export function parseBootconfig(text: string): ReadonlyMap<string, string> {
  const pairs = text.split("\n").flatMap((line) => {
    const [, key, quoted, plain] = /^\s*([^\s=]+)\s*=\s*(?:"([^"]*)"|([^\s,"]*))/.exec(line) ?? [];
    return key === undefined ? [] : [[key, quoted ?? plain ?? ""] as const];
  });
  return new Map(pairs);
}
