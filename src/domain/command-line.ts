/**
 * Splits a kernel command line into words as the kernel does (lib/cmdline.c, next_arg): blanks separate,
 * double quotes keep blanks together and fall away.
 */
export function splitCommandLine(text: string): string[] {
  const words = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return words.map((word) => word.replaceAll('"', ""));
}

/** The words `NAME` ("" as value) and `NAME=value` of a kernel command line; the last one of a name counts. */
export function parseCommandLine(text: string): ReadonlyMap<string, string> {
  return new Map(
    splitCommandLine(text).map((word) => {
      const equals = word.indexOf("=");
      return equals === -1 ? [word, ""] : [word.slice(0, equals), word.slice(equals + 1)];
    }),
  );
}
