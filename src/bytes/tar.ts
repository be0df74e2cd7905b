import { HoldfastError } from "../domain/errors.ts";

/** A file in a tar archive; `bytes` are its contents. */
export interface TarFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Tar {
  /** Plain files, in order. */
  readonly files: readonly TarFile[];
  /** When the newest of all its members was changed, in seconds since 1970; null for an empty archive. */
  readonly newest: number | null;
}

const BLOCK = 512;

/**
 * Reads a POSIX tar archive (ustar, and what pax and GNU tar put into it). Throws `badStore` with the offset for a
 * damaged or cut one; `name` is that of the file.
 */
export function parseTar(bytes: Uint8Array, name: string): Tar {
  const data = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const files: TarFile[] = [];
  let newest: number | null = null;
  let longName: string | null = null;
  let offset = 0;
  for (;;) {
    const header = data.subarray(offset, offset + BLOCK);
    if (header.length < BLOCK) throw damaged(name, offset, "it ends without its two empty blocks");
    if (header.every((byte) => byte === 0)) return { files, newest };
    if (!hasRightSum(header)) throw damaged(name, offset, "the sum of a header is wrong");
    const size = octal(header, 124, 12);
    const start = offset + BLOCK;
    if (size === null || start + size > data.length) throw damaged(name, offset, "a member is cut off");
    const content = data.subarray(start, start + size);
    const type = String.fromCharCode(header[156] ?? 0);
    if (type === "L") longName = textOf(content);
    else if (type === "x") longName = /(?:^|\n)\d+ path=([^\n]*)\n/.exec(content.toString())?.[1] ?? null;
    else {
      const path = longName ?? pathOf(header);
      longName = null;
      if (type === "0" || type === "\0") files.push({ path: path.replace(/^(\.?\/)+/, ""), bytes: content });
      const time = octal(header, 136, 12);
      if (type !== "g" && time !== null) newest = Math.max(newest ?? 0, time);
    }
    offset = start + Math.ceil(size / BLOCK) * BLOCK;
  }
}

function damaged(name: string, offset: number, what: string): HoldfastError {
  return new HoldfastError("badStore", `${name} is damaged at byte ${offset}: ${what}`);
}

/** The sum of all bytes, those of the sum itself counted as spaces. */
function hasRightSum(header: Buffer): boolean {
  const sum = header.reduce((total, byte, index) => total + (index >= 148 && index < 156 ? 0x20 : byte), 0);
  return octal(header, 148, 8) === sum;
}

/** A number in octal digits; null for what is none. */
function octal(header: Buffer, offset: number, size: number): number | null {
  const text = header
    .subarray(offset, offset + size)
    .toString("latin1")
    .replace(/[\0 ]+$/, "")
    .trim();
  return /^[0-7]+$/.test(text) ? Number.parseInt(text, 8) : null;
}

function textOf(bytes: Buffer): string {
  const [text = ""] = bytes.toString().split("\0");
  return text;
}

function pathOf(header: Buffer): string {
  const prefix =
    header.subarray(257, 262).toString("latin1") === "ustar" ? textOf(header.subarray(345, 500)) : "";
  const name = textOf(header.subarray(0, 100));
  return prefix === "" ? name : `${prefix}/${name}`;
}
