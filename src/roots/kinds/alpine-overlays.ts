import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { parseTar, type Tar } from "../../bytes/tar.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { isoDate } from "../../domain/system.ts";
import { resolveInside } from "../resolve.ts";
import type { Place } from "./kind.ts";
import { isFolder, namesInside } from "./tree.ts";

/** One saved configuration of a diskless Alpine, or none at all. */
export interface Overlay {
  /** The file with the beginning of its SHA-256, "host.apkovl.tar.gz=…"; "none" for a start without one. */
  readonly id: string;
  /** Null for a start without one. */
  readonly file: string | null;
  readonly host: string | null;
  /** One that lbu set aside (BACKUP_LIMIT of lbu.conf); a start does not find it by itself. */
  readonly isBackup: boolean;
  /** Name of its cipher where it is encrypted. */
  readonly cipher: string | null;
  readonly date: string | null;
  /** Packages that it asks for; null where that was not read. */
  readonly packages: readonly string[] | null;
  /** Why it cannot be used, as a sentence. */
  readonly problem: string | null;
}

/** Names that lbu gives (alpine-conf: lbu.in); a suffix behind .gz is the cipher's. */
const CURRENT = /^(.+)\.apkovl\.tar\.gz(?:\.([a-z0-9-]+))?$/;
const BACKUP = /^(.+)\.(\d{14})\.tar\.gz(?:\.([a-z0-9-]+))?$/;
/** Far more than a configuration has; it has to be read whole to know that it is whole. */
const MAX_PACKED = 32 << 20;
const MAX_UNPACKED = 128 << 20;

export const NONE: Overlay = {
  ...{ id: "none", file: null, host: null, isBackup: false, cipher: null },
  ...{ date: null, packages: null, problem: null },
};

/** The overlays at the top of a medium, current ones first, then backups from the newest on; none on others. */
export function readOverlays({ root: { tree } }: Place): readonly Overlay[] {
  const names = namesInside(tree, "");
  const current = names.flatMap((name) => readCurrent(tree, name) ?? []);
  const backups = names.flatMap((name) => readBackup(tree, name) ?? []);
  const isMedium = isFolder(tree, "apks") || names.includes(".alpine-release") || current.length > 0;
  if (!isMedium) return [];
  return [...current, ...backups.sort((a, b) => ((a.date ?? "") < (b.date ?? "") ? 1 : -1)), NONE];
}

function readCurrent(tree: string, file: string): Overlay | null {
  const [, host, cipher = null] = CURRENT.exec(file) ?? [];
  return host === undefined ? null : readOverlay(tree, { file, host, cipher, isBackup: false, named: null });
}

function readBackup(tree: string, file: string): Overlay | null {
  const [, host, digits, cipher = null] = BACKUP.exec(file) ?? [];
  if (host === undefined || digits === undefined || host.endsWith(".apkovl")) return null;
  return readOverlay(tree, { file, host, cipher, isBackup: true, named: dateIn(digits) });
}

/** YYYYmmddHHMMSS in UTC; null for what is no date. */
function dateIn(digits: string): string | null {
  const [, year, month, day, hour, minute, second] = /^(....)(..)(..)(..)(..)(..)$/.exec(digits) ?? [];
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}Z`;
  const time = Date.parse(text);
  const isDate = !Number.isNaN(time) && new Date(time).toISOString().startsWith(text.slice(0, -1));
  return isDate && Number(year) >= 2000 ? text : null;
}

interface Named extends Pick<Overlay, "file" | "host" | "cipher" | "isBackup"> {
  readonly file: string;
  /** The date in its name. */
  readonly named: string | null;
}

function readOverlay(tree: string, { named, ...overlay }: Named): Overlay {
  const { file, cipher } = overlay;
  const unread = { ...overlay, id: file, date: named, packages: null };
  try {
    const bytes = bytesOf(tree, file);
    const id = `${file}=${createHash("sha256").update(bytes).digest("hex").slice(0, 16)}`;
    if (cipher !== null) return { ...unread, id, problem: null };
    const { tar, problem } = unpacked(bytes, file);
    if (tar === null) return { ...unread, id, problem };
    return { ...overlay, id, date: named ?? newestOf(tar), packages: worldOf(tar), problem: null };
  } catch (error) {
    return { ...unread, problem: `${messageOf(error)}.` };
  }
}

function bytesOf(tree: string, file: string): Buffer {
  const path = resolveInside(tree, file);
  const found = path === null ? null : statSync(path);
  if (path === null || found?.isFile() !== true)
    throw new HoldfastError("badStore", `Its ${file} is no regular file`);
  if (found.size <= MAX_PACKED) return readFileSync(path);
  const limit = `at most ${MAX_PACKED} would be right`;
  throw new HoldfastError("badStore", `Its ${file} has ${found.size} bytes, ${limit}`);
}

function unpacked(bytes: Buffer, file: string): { tar: Tar | null; problem: string | null } {
  try {
    return {
      tar: parseTar(gunzipSync(bytes, { maxOutputLength: MAX_UNPACKED }), `Its ${file}`),
      problem: null,
    };
  } catch (error) {
    const why =
      error instanceof HoldfastError ? messageOf(error) : `Its ${file} is cut off or damaged (gzip)`;
    return { tar: null, problem: `${why}.` };
  }
}

/** A clock that was never set says nothing. */
const YEAR_2000 = 946_684_800;

/** When the newest file in it was changed: FAT's own times have no zone. */
function newestOf({ newest }: Tar): string | null {
  return newest === null || newest < YEAR_2000 ? null : isoDate(newest);
}

function worldOf({ files }: Tar): readonly string[] | null {
  const world = files.find(({ path }) => path === "etc/apk/world");
  if (world === undefined) return null;
  return Buffer.from(world.bytes)
    .toString()
    .split(/\s+/)
    .filter((word) => word !== "");
}
