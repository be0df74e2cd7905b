import { HoldfastError } from "../domain/errors.ts";
import type { EntryContent } from "./boot-entry.ts";
import { parseOsRelease } from "./os-release.ts";

/** Answers exactly so many bytes of a file, or throws. */
export type ExactReader = (offset: number, length: number) => Buffer;

/** Most sections that the PE loader of Windows takes; a UKI has about ten. */
const MAX_SECTIONS = 96;
/** Largest .osrel or .cmdline that is read; real ones have a few hundred bytes. */
const MAX_TEXT = 64 * 1024;
const SECTION_SIZE = 40;

/** One section of a PE file: where its bytes lie in the file. */
export interface PeSection {
  readonly name: string;
  readonly offset: number;
  readonly size: number;
}

/**
 * The section table of a PE file (Microsoft PE format, "COFF file header" and "Section table"); reads the
 * headers only. Throws `badStore` with `where` and the offset when it is none or reaches outside of the file.
 */
export function readPeSections(read: ExactReader, where: string): PeSection[] {
  const dos = read(0, 64);
  if (dos.toString("latin1", 0, 2) !== "MZ") throw bad(where, 'has no "MZ" at byte 0');
  const at = dos.readUInt32LE(0x3c);
  const header = read(at, 24);
  if (header.toString("latin1", 0, 4) !== "PE\0\0") throw bad(where, `has no "PE" at byte ${at}`);
  const count = header.readUInt16LE(6);
  if (count > MAX_SECTIONS) throw bad(where, `has ${count} sections, at most ${MAX_SECTIONS} are right`);
  const table = read(at + 24 + header.readUInt16LE(20), count * SECTION_SIZE);
  return Array.from({ length: count }, (_, index) => sectionAt(table, index * SECTION_SIZE));
}

function sectionAt(table: Buffer, at: number): PeSection {
  const name = table.toString("latin1", at, at + 8).replace(/\0.*$/s, "");
  const [used, stored] = [table.readUInt32LE(at + 8), table.readUInt32LE(at + 16)];
  // The stored size is rounded up; where the file was not rounded only the used part is there.
  return { name, offset: table.readUInt32LE(at + 20), size: Math.min(used, stored) };
}

/**
 * What a unified kernel image says about itself (Boot Loader Specification, type 2): .osrel with the same
 * precedence as systemd 252, and .cmdline. Throws `badStore` for a PE file that is no UKI.
 */
export function readUki(read: ExactReader, where: string): EntryContent {
  const sections = readPeSections(read, where);
  const osRelease = parseOsRelease(textOf(".osrel", sections, read, where) ?? "");
  if (osRelease.size === 0) throw bad(where, "has no .osrel section, so systemd-boot does not list it");
  const first = (...keys: string[]) => keys.flatMap((key) => osRelease.get(key) || [])[0] ?? null;
  return {
    title: first("PRETTY_NAME", "IMAGE_ID", "NAME", "ID"),
    version: first("IMAGE_VERSION", "VERSION", "VERSION_ID", "BUILD_ID"),
    sortKey: first("IMAGE_ID", "ID"),
    machineId: null,
    architecture: null,
    options: (textOf(".cmdline", sections, read, where) ?? "").trim(),
    image: null,
    initrds: [],
  };
}

function textOf(
  name: string,
  sections: readonly PeSection[],
  read: ExactReader,
  where: string,
): string | null {
  const section = sections.find((each) => each.name === name);
  if (section === undefined) return null;
  const { offset, size } = section;
  if (size > MAX_TEXT) throw bad(where, `has ${size} bytes of ${name}, at most ${MAX_TEXT} are right`);
  return read(offset, size).toString("utf8").replace(/\0.*$/s, "");
}

function bad(where: string, what: string): HoldfastError {
  return new HoldfastError("badStore", `${where} ${what}`);
}

/** A reader over bytes that are in memory already. */
export function bufferReader(bytes: Buffer, where: string): ExactReader {
  return (offset, length) => {
    if (offset + length <= bytes.length) return bytes.subarray(offset, offset + length);
    throw bad(where, `ends at byte ${bytes.length}, ${length} bytes at ${offset} were expected`);
  };
}
