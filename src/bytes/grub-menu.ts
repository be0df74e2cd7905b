/** An entry of a GRUB menu, as far as it says which system it starts. */
export interface GrubEntry {
  readonly title: string;
  /** Its --class words. */
  readonly classes: readonly string[];
}

export interface GrubMenu {
  /** The plain value of `set default=`, the last one; null where there is none, or where it is a variable. */
  readonly default: string | null;
  /** Those that are no submenu's, in order. */
  readonly entries: readonly GrubEntry[];
}

/** Reads the menu in a grub.cfg without running it: what is decided by a script is not known. */
export function parseGrubMenu(text: string): GrubMenu {
  let chosen: string | null = null;
  const entries: GrubEntry[] = [];
  for (const line of text.split("\n")) {
    const words = wordsOf(line);
    const value = words[0] === "set" ? /^default=(.*)$/.exec(words[1] ?? "")?.[1] : undefined;
    if (value !== undefined) chosen = value.includes("$") ? null : value;
    if (words[0] !== "menuentry" || words[1] === undefined) continue;
    const classes = words.flatMap((word, index) => (words[index - 1] === "--class" ? [word] : []));
    entries.push({ title: words[1], classes });
  }
  return { default: chosen, entries };
}

/** The entry that a menu starts by itself; undefined where that is not known. GRUB counts from 0. */
export function defaultEntry({ default: chosen, entries }: GrubMenu): GrubEntry | undefined {
  if (chosen === null) return undefined;
  return /^\d+$/.test(chosen) ? entries[Number(chosen)] : entries.find(({ title }) => title === chosen);
}

/** The kernel that a piece of a grub.cfg loads; paths are those of the file system that GRUB calls its root. */
export interface GrubKernel {
  readonly linux: string;
  readonly initrds: readonly string[];
  readonly options: string;
}

/** The first kernel in a piece of a grub.cfg; null where it loads none, or one whose words are variables. */
export function parseGrubKernel(text: string): GrubKernel | null {
  const lines = text.split("\n").map((line) => line.trim());
  const loaded = lines.map((line) => /^linux(?:efi|16)?\s+(\S+)\s*(.*)$/.exec(line)).find((found) => found);
  const initrd = lines.map((line) => /^initrd(?:efi|16)?\s+(.*)$/.exec(line)).find((found) => found);
  const [, linux, options = ""] = loaded ?? [];
  if (linux === undefined || lines.some((line) => /^(linux|initrd).*\$/.test(line))) return null;
  const initrds = (initrd?.[1] ?? "").split(/\s+/).filter((word) => word !== "");
  return { linux: plain(linux), initrds: initrds.map(plain), options };
}

/** A path without GRUB's name of a device before it. */
function plain(path: string): string {
  return path.replace(/^\([^)]*\)/, "");
}

/** The words of a line as GRUB's shell cuts them, as far as quotes go. */
function wordsOf(line: string): string[] {
  const words = line.match(/(?:'[^']*'|"[^"]*"|[^\s'"])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, (_, single, double) => single ?? double));
}
