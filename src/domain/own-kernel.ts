import { parseCommandLine, splitCommandLine } from "./command-line.ts";

/**
 * The word by which a kernel that Holdfast started knows its slot: chosen already, and its try counted. It is
 * as good a witness as a bootloader's own word, which stands on the same line.
 */
export const SLOT_WORD = "holdfast.slot";

/** Words that bind a kernel to its root or /usr. */
const ROOT_WORDS = ["root", "roothash", "usrhash", "mount.usr"] as const;

export interface SecondKernel {
  readonly slot: string;
  /** "PARTUUID=…" of the slot's root; null where it has none. */
  readonly identity: string | null;
  /** Command line of the kernel that runs now. */
  readonly running: string;
}

/**
 * The command line of a slot's own kernel: the slot's words as they are written, then its root where they name
 * none, and its id. Of the running kernel's words only the consoles are taken over, and only where the slot
 * names none: every other one was meant for another system, and may have loosened what that allows.
 */
export function secondCommandLine(options: string, { slot, identity, running }: SecondKernel): string {
  const words = parseCommandLine(options);
  return withWords(options, [
    ...consolesFor(words, running),
    ...(ROOT_WORDS.some((name) => words.has(name)) || identity === null ? [] : [`root=${identity}`]),
    `${SLOT_WORD}=${slot}`,
  ]);
}

/** The command line of a kernel that finds its root itself: its own words, and the consoles where it names none. */
export function consolesKept(options: string, running: string): string {
  return withWords(options, consolesFor(parseCommandLine(options), running));
}

function consolesFor(words: ReadonlyMap<string, string>, running: string): string[] {
  if (words.has("console")) return [];
  return splitCommandLine(running).filter((word) => word.startsWith("console="));
}

function withWords(options: string, added: readonly string[]): string {
  // What stands behind "--" is for init alone.
  const [, own = "", init = ""] = /^(.*?)(\s--(?:\s.*)?)?$/s.exec(options.trim()) ?? [];
  return `${[own, ...added].filter(Boolean).join(" ")}${init}`;
}
