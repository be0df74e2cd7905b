import { HoldfastError } from "../domain/errors.ts";
import type { Package } from "./package-lists.ts";

/** Tags and types of a header (rpm: docs/manual/tags.md, docs/manual/hregions.md). */
const TAG = { name: 1000, version: 1001, release: 1002, epoch: 1003, arch: 1022 } as const;
const TYPE_INT32 = 4;
const TYPE_STRING = 6;
const ENTRY = 16;
/** As many entries and bytes of data as rpm itself takes (rpm: lib/header.c). */
const MAX_ENTRIES = 0xffff;
const MAX_DATA = 0x0fff_ffff;

interface Index {
  readonly tag: number;
  readonly type: number;
  readonly offset: number;
}

/**
 * Reads name, version and architecture out of a header as rpm keeps it in its database: number of entries
 * and bytes of data (big endian), the entries, then the data. `bytes` may end early; null when a part that is
 * needed lies behind its end.
 * @throws HoldfastError `badStore` when it is no header.
 */
export function readRpmHeader(bytes: Uint8Array): Package | null {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.length < 8) throw bad(`it has ${view.length} bytes`);
  const [entries, size] = [view.readUInt32BE(0), view.readUInt32BE(4)];
  if (entries === 0 || entries > MAX_ENTRIES || size > MAX_DATA) {
    throw bad(`it claims ${entries} entries and ${size} bytes`);
  }
  const start = 8 + entries * ENTRY;
  if (start > view.length) return null;
  const data = view.subarray(start, start + size);
  const index = indexOf(view.subarray(8, start));
  const required = [TAG.name, TAG.version, TAG.release].map((tag) => stringOf(data, index, tag));
  const epoch = epochOf(data, index);
  const architecture = stringOf(data, index, TAG.arch);
  if ([...required, architecture].includes(CUT) || epoch === CUT) {
    if (start + size <= view.length) throw bad("a value lies behind its end");
    return null;
  }
  const [name, version, release] = required;
  if (!name || !version || !release) throw bad("it has no name, version or release");
  const prefix = epoch === null ? "" : `${epoch}:`;
  return { name, version: `${prefix}${version}-${release}`, architecture };
}

/** Stands for a value whose end lies behind the end of what was read. */
const CUT = "\0";

function indexOf(bytes: Buffer): Index[] {
  const index: Index[] = [];
  for (let at = 0; at < bytes.length; at += ENTRY) {
    index.push({
      tag: bytes.readUInt32BE(at),
      type: bytes.readUInt32BE(at + 4),
      offset: bytes.readUInt32BE(at + 8),
    });
  }
  return index;
}

function stringOf(data: Buffer, index: readonly Index[], tag: number): string | null {
  const entry = index.find((each) => each.tag === tag && each.type === TYPE_STRING);
  if (entry === undefined) return null;
  const end = data.indexOf(0, entry.offset);
  return entry.offset >= data.length || end < 0 ? CUT : data.toString("utf8", entry.offset, end);
}

function epochOf(data: Buffer, index: readonly Index[]): string | null {
  const entry = index.find((each) => each.tag === TAG.epoch && each.type === TYPE_INT32);
  if (entry === undefined) return null;
  return entry.offset + 4 > data.length ? CUT : `${data.readUInt32BE(entry.offset)}`;
}

function bad(what: string): HoldfastError {
  return new HoldfastError("badStore", `This is no header of an rpm package: ${what}`);
}
