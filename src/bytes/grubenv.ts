import { HoldfastError } from "../domain/errors.ts";

/**
 * GRUB's environment block (grub-core/lib/envblk.c): exactly 1024 bytes, a signature line, comments and
 * NAME=VALUE lines in which a backslash escapes itself and newlines, and "#" from the last newline to the end.
 */
export const GRUBENV_SIZE = 1024;
const SIGNATURE = "# GRUB Environment Block\n";

/** A block, decoded so that every byte survives. */
export interface GrubEnv {
  /** The lines with their newlines, as latin1: comments and escapes as they are. */
  readonly lines: readonly string[];
}

/** Decodes a block; `where` names it in errors. Throws `badStore` for what GRUB itself could not write to. */
export function decodeGrubEnv(bytes: Buffer, where: string): GrubEnv {
  if (bytes.length !== GRUBENV_SIZE) {
    const found = bytes.length > GRUBENV_SIZE ? `more than ${GRUBENV_SIZE}` : `${bytes.length}`;
    throw damaged(where, `it has ${found} bytes, ${GRUBENV_SIZE} would be right`);
  }
  const text = bytes.toString("latin1");
  if (!text.startsWith(SIGNATURE)) throw damaged(where, `it does not begin with "${SIGNATURE.trim()}"`);
  const used = text.slice(0, lengthWithoutPadding(text));
  if (!used.endsWith("\n")) throw damaged(where, `byte ${used.length} is no padding, "#" would be right`);
  return { lines: splitLines(used, where) };
}

/** The bytes of a block. Throws `refused` when the lines do not fit. */
export function encodeGrubEnv({ lines }: GrubEnv, where: string): Buffer {
  const text = lines.join("");
  if (text.length > GRUBENV_SIZE) {
    const needed = `${text.length} bytes would be needed, there are ${GRUBENV_SIZE}`;
    throw new HoldfastError("refused", `${where}: ${needed}; nothing was written`);
  }
  return Buffer.from(text.padEnd(GRUBENV_SIZE, "#"), "latin1");
}

/** Values by name, without escapes; of twins the last counts, as in GRUB's load_env. */
export function grubVariables({ lines }: GrubEnv): ReadonlyMap<string, string> {
  return new Map(
    lines.flatMap((line) => {
      const name = nameOf(line);
      const value = line.slice(name.length + 1, -1).replace(/\\([\s\S])/g, "$1");
      return name === "" ? [] : [[name, value] as const];
    }),
  );
}

/** Sets variables in place, appends new ones, removes those that are null; the rest stays as it is. */
export function editGrubEnv(env: GrubEnv, edits: ReadonlyMap<string, string | null>): GrubEnv {
  const last = new Map(env.lines.map((line, index) => [nameOf(line), index]));
  const edited = env.lines.flatMap((line, index) => {
    const name = nameOf(line);
    const value = name === "" ? undefined : edits.get(name);
    if (value === undefined) return [line];
    return value === null || last.get(name) !== index ? [] : [lineOf(name, value)];
  });
  const added = [...edits].flatMap(([name, value]) =>
    value === null || last.has(name) ? [] : [lineOf(name, value)],
  );
  return { lines: [...edited, ...added] };
}

function lineOf(name: string, value: string): string {
  return `${name}=${value.replace(/[\\\n]/g, "\\$&")}\n`;
}

/** Empty for a comment. */
function nameOf(line: string): string {
  return line.startsWith("#") ? "" : line.slice(0, line.indexOf("="));
}

function lengthWithoutPadding(text: string): number {
  let length = text.length;
  while (text[length - 1] === "#") length--;
  return length;
}

function splitLines(text: string, where: string): string[] {
  const lines: string[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOfLine(text, start);
    const line = text.slice(start, end);
    if (end > text.length) throw damaged(where, `the line at byte ${start} ends inside an escape`);
    if (!line.startsWith("#") && line.indexOf("=") < 1) {
      throw damaged(where, `the line at byte ${start} is no NAME=VALUE`);
    }
    lines.push(line);
    start = end;
  }
  return lines;
}

/** Behind the next newline that is not escaped. */
function endOfLine(text: string, start: number): number {
  let at = start;
  while (at < text.length && text[at] !== "\n") at += text[at] === "\\" ? 2 : 1;
  return at + 1;
}

function damaged(where: string, what: string): HoldfastError {
  return new HoldfastError("badStore", `${where} is no GRUB environment block: ${what}`, {
    next: "make it anew with grub-editenv FILE create; GRUB ignores it as it is",
  });
}
