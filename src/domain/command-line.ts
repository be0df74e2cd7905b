/**
 * Splits a kernel command line into words as the kernel does (lib/cmdline.c, next_arg): blanks separate,
 * double quotes keep blanks together and fall away.
 */
export function splitCommandLine(text: string): string[] {
  const words = text.match(/(?:[^\s"]+|"[^"]*"?)+/g) ?? [];
  return words.map((word) => word.replaceAll('"', ""));
}

/** Whether the system shows a splash, as plymouth and postmarketOS read it. */
export function asksForSplash(commandLine: string): boolean {
  const words = splitCommandLine(commandLine);
  return words.includes("splash") && !words.includes("nosplash") && !words.includes("plymouth.enable=0");
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
