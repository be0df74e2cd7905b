import { HoldfastError } from "./errors.ts";

/** Bytes that stand for themselves in an escaped name, as systemd-escape(1) --path has it. */
const PLAIN = /^[A-Za-z0-9:_.]$/;
const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/**
 * The escaped name of an absolute path, as `systemd-escape --path` prints it: "/home" is "home",
 * "/usr/local" is "usr-local", "/fancy-dir" is "fancy\x2ddir".
 */
export function escapePath(path: string): string {
  const bytes = Buffer.from(path.replace(/^\/+|\/+$/g, ""));
  if (bytes.length === 0) return "-";
  return [...bytes].map(escapedByte).join("");
}

function escapedByte(byte: number, index: number): string {
  if (byte === SLASH) return "-";
  const character = String.fromCharCode(byte);
  const plain = PLAIN.test(character) && !(index === 0 && byte === DOT);
  return plain ? character : `\\x${byte.toString(16).padStart(2, "0")}`;
}

/**
 * The absolute path that an escaped name spells. Only what `escapePath` would write is taken, so that one path
 * has one name.
 * @throws HoldfastError `usage` that ends the sentence "NAME …": what is wrong with it.
 */
export function unescapePath(name: Uint8Array): string {
  const bytes = unescapedBytes(name);
  if (bytes.some(isControl)) throw wrong("spells a path with a NUL or another control character in it");
  const path = `/${decoded(bytes)}`;
  const parts = path.slice(1).split("/");
  if (parts.includes("..") || parts.includes(".")) throw wrong(`spells ${path}, which leads elsewhere`);
  if (name.length !== 1 && parts.includes("")) throw wrong(`spells ${path}, which has an empty part`);
  const right = escapePath(path);
  if (Buffer.from(name).toString("latin1") === right) return path;
  throw wrong(`is no escaped path; ${path} would be "${right}"`);
}

function unescapedBytes(name: Uint8Array): Buffer {
  const text = Buffer.from(name).toString("latin1");
  if (text === "-") return Buffer.alloc(0);
  const bytes: number[] = [];
  for (let at = 0; at < name.length; at++) {
    const byte = name[at] ?? 0;
    if (byte === BACKSLASH) {
      bytes.push(hexAt(text, at));
      at += 3;
    } else {
      bytes.push(byte === DASH ? SLASH : byte);
    }
  }
  return Buffer.from(bytes);
}

function hexAt(text: string, at: number): number {
  const match = /^\\x([0-9a-f]{2})/.exec(text.slice(at, at + 4));
  if (match?.[1] === undefined) throw wrong('has a "\\" that does not begin a "\\x2d"');
  const byte = Number.parseInt(match[1], 16);
  // Only "-" separates the parts of a path.
  if (byte === SLASH) throw wrong('hides a slash as "\\x2f"');
  return byte;
}

function decoded(bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw wrong("is not text in UTF-8");
  }
}

function isControl(byte: number): boolean {
  return byte < 0x20 || byte === 0x7f;
}

function wrong(what: string): HoldfastError {
  return new HoldfastError("usage", what);
}
