import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { parse, TomlError } from "smol-toml";
import { codeOf, HoldfastError, whyUnreadable } from "../domain/errors.ts";

/** One configuration file as it was read; `text` stays for finding the line of a key. */
export interface Layer {
  readonly file: string;
  readonly text: string;
  readonly values: Record<string, unknown>;
}

function unreadable(file: string, why: string, cause?: unknown): HoldfastError {
  return new HoldfastError("badConfig", `${file} cannot be read: ${why}.`, {
    next: "Make the file readable, or name another one with --config.",
    cause,
  });
}

function failedRead(file: string, error: unknown): HoldfastError {
  return unreadable(file, whyUnreadable(error), error);
}

function syntaxError(file: string, error: TomlError): HoldfastError {
  const what = (error.message.split("\n")[0] ?? "").replace(/^Invalid TOML document: /, "");
  return new HoldfastError("badConfig", `${file}, line ${error.line}, column ${error.column}: ${what}.`, {
    next: "The file must be valid TOML.",
    cause: error,
  });
}

function parseLayer(file: string, text: string): Layer {
  try {
    return { file, text, values: parse(text) };
  } catch (error) {
    throw error instanceof TomlError ? syntaxError(file, error) : error;
  }
}

/** The bytes of a file. A pipe is refused: nobody may ever write to it. */
function bytesOf(file: string): Buffer {
  try {
    const kind = statSync(file);
    if (kind.isFile() || kind.isDirectory()) return readFileSync(file);
  } catch (error) {
    throw failedRead(file, error);
  }
  throw unreadable(file, "it is no regular file");
}

/** Reads one configuration file that must exist. */
export function readLayer(file: string): Layer {
  const bytes = bytesOf(file);
  try {
    return parseLayer(file, new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (codeOf(error) !== "ERR_ENCODING_INVALID_ENCODED_DATA") throw error;
    throw new HoldfastError("badConfig", `${file} is not text in UTF-8.`, { cause: error });
  }
}

function readOptional(file: string): Layer[] {
  try {
    return [readLayer(file)];
  } catch (error) {
    if (error instanceof HoldfastError && codeOf(error.cause) === "ENOENT") return [];
    throw error;
  }
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(".toml") && !name.startsWith("."))
      .sort();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(codeOf(error))) return [];
    throw failedRead(directory, error);
  }
}

/**
 * The configuration files in the order in which they override each other: the distribution's,
 * the device's, then config.d in name order. `root` is the sysroot that they are looked up in.
 */
export function readLayers(root: string): Layer[] {
  const etc = join(root, "etc/holdfast");
  const dropIns = join(etc, "config.d");
  return [
    ...readOptional(join(root, "usr/lib/holdfast/config.toml")),
    ...readOptional(join(etc, "config.toml")),
    ...namesIn(dropIns).map((name) => readLayer(join(dropIns, name))),
  ];
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

/** Tables are merged key by key; every other value, arrays too, is replaced by the later one. */
export function mergeTables(
  base: Readonly<Record<string, unknown>>,
  over: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = Object.entries(over).map(([key, value]) => {
    const below = Object.hasOwn(base, key) ? base[key] : undefined;
    return [key, isTable(value) && isTable(below) ? mergeTables(below, value) : value] as const;
  });
  return Object.fromEntries([...Object.entries(base), ...merged]);
}
