import { readFileSync } from "node:fs";

/** One file of an archive; `path` has no leading slash. */
export type Entry =
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "link"; readonly path: string; readonly target: string }
  | { readonly kind: "device"; readonly path: string; readonly major: number; readonly minor: number }
  | {
      readonly kind: "file";
      readonly path: string;
      readonly executable: boolean;
      /** The contents, or the host's file that has them: read only when it is its turn. */
      readonly contents: Buffer | { readonly file: string };
    };

/** File types and permissions of st_mode; everything belongs to root. */
const DIRECTORY = 0o040755;
const LINK = 0o120777;
const CHARACTER_DEVICE = 0o020600;
const FILE = 0o100644;
const EXECUTABLE = 0o100755;

/**
 * An archive in the "newc" format that the kernel unpacks (Documentation/driver-api/early-userspace/
 * buffer-format.rst), in pieces. Entries are sorted, missing parent directories are made, times are zero and
 * inodes are numbered from 1, so that the same entries give the same bytes.
 */
export function* cpio(entries: readonly Entry[]): Generator<Buffer> {
  let inode = 0;
  for (const entry of withParents(entries)) yield* member(entry, ++inode);
  yield* member({ kind: "file", path: "TRAILER!!!", executable: false, contents: Buffer.alloc(0) }, 0);
}

/** Every entry once, the last of a path winning, parents before children. */
function withParents(entries: readonly Entry[]): Entry[] {
  const byPath = new Map<string, Entry>();
  for (const entry of entries) {
    const parts = entry.path.split("/");
    for (let depth = 1; depth < parts.length; depth++) {
      const path = parts.slice(0, depth).join("/");
      if (!byPath.has(path)) byPath.set(path, { kind: "directory", path });
    }
    byPath.set(entry.path, entry);
  }
  return [...byPath.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function* member(entry: Entry, inode: number): Generator<Buffer> {
  const data = dataOf(entry);
  const name = Buffer.from(`${entry.path}\0`);
  yield padded(Buffer.concat([Buffer.from(header(entry, inode, data.length, name.length)), name]));
  if (data.length > 0) yield padded(data);
}

function header(entry: Entry, inode: number, size: number, nameSize: number): string {
  const [major, minor] = entry.kind === "device" ? [entry.major, entry.minor] : [0, 0];
  const mode = entry.path === "TRAILER!!!" ? 0 : modeOf(entry);
  const links = entry.kind === "directory" ? 2 : 1;
  // ino mode uid gid nlink mtime filesize devmajor devminor rdevmajor rdevminor namesize check
  const fields = [inode, mode, 0, 0, links, 0, size, 0, 0, major, minor, nameSize, 0];
  return `070701${fields.map((field) => field.toString(16).padStart(8, "0")).join("")}`;
}

function modeOf(entry: Entry): number {
  if (entry.kind === "directory") return DIRECTORY;
  if (entry.kind === "link") return LINK;
  if (entry.kind === "device") return CHARACTER_DEVICE;
  return entry.executable ? EXECUTABLE : FILE;
}

function dataOf(entry: Entry): Buffer {
  if (entry.kind === "link") return Buffer.from(entry.target);
  if (entry.kind !== "file") return Buffer.alloc(0);
  return Buffer.isBuffer(entry.contents) ? entry.contents : readFileSync(entry.contents.file);
}

/** Names and data end at a multiple of four bytes. */
function padded(bytes: Buffer): Buffer {
  const missing = -bytes.length & 3;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
