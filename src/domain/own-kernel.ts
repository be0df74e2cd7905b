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
  const consoles = splitCommandLine(running).filter((word) => word.startsWith("console="));
  const added = [
    ...(words.has("console") ? [] : consoles),
    ...(ROOT_WORDS.some((name) => words.has(name)) || identity === null ? [] : [`root=${identity}`]),
    `${SLOT_WORD}=${slot}`,
  ];
  // What stands behind "--" is for init alone.
  const [, own = "", init = ""] = /^(.*?)(\s--(?:\s.*)?)?$/s.exec(options.trim()) ?? [];
  return `${[own, ...added].filter(Boolean).join(" ")}${init}`;
}
