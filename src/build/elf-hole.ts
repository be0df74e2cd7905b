import { isElf } from "./elf.ts";

/** ELF64 header and program header: offsets of fields, sizes and values (System V gABI, chapters 4 and 5). */
const HEADER = {
  tableOffset: 0x20,
  sectionsOffset: 0x28,
  count: 0x38,
  sectionCount: 0x3c,
  sectionNames: 0x3e,
};
const ENTRY = {
  size: 56,
  type: 0,
  flags: 4,
  offset: 8,
  address: 16,
  physical: 24,
  fileSize: 32,
  memorySize: 40,
};
const ALIGN = 48;
const PT_LOAD = 1;
const PT_PHDR = 6;
const WRITABLE = 2;

/** Zeros of a read-only segment: from file offset `start` to `end`, both at page borders. */
interface Hole {
  readonly segment: Buffer;
  readonly start: number;
  readonly end: number;
}

/**
 * An ELF file without its longest run of read-only zeros, which take memory where a file system has no holes, such as
 * an initramfs: the segment is cut in two, and nothing is mapped between its parts. Nothing may read those zeros. The
 * table of segments moves to their beginning. Section headers, which would be wrong, are left out: strip refuses such
 * a file. One without such a run is answered as it is.
 */
export function withoutHole(file: Buffer): Buffer {
  if (!isElf(file)) return file;
  const entries = entriesOf(file);
  const page = Math.max(...entries.filter(isLoad).map((entry) => read(entry, ALIGN)));
  const hole = longestHole(file, entries, page);
  if (hole === null) return file;
  const table = hole.start;
  // One page of it stays, for the table.
  const cut = { start: hole.start + page, length: hole.end - hole.start - page };
  const shifted = (offset: number) => (offset >= cut.start ? offset - cut.length : offset);
  const out = Buffer.concat([file.subarray(0, cut.start), file.subarray(hole.end)]);
  const parts = entries.flatMap((entry) =>
    entry === hole.segment ? halvesOf(entry, cut) : [Buffer.from(entry)],
  );
  const addressOfTable = read(hole.segment, ENTRY.address) + table - read(hole.segment, ENTRY.offset);
  for (const [index, part] of parts.entries()) {
    const isTable = part.readUInt32LE(ENTRY.type) === PT_PHDR;
    write(part, ENTRY.offset, isTable ? table : shifted(read(part, ENTRY.offset)));
    if (isTable) {
      for (const field of [ENTRY.address, ENTRY.physical]) write(part, field, addressOfTable);
      for (const field of [ENTRY.fileSize, ENTRY.memorySize]) write(part, field, parts.length * ENTRY.size);
    }
    part.copy(out, table + index * ENTRY.size);
  }
  write(out, HEADER.tableOffset, table);
  out.writeUInt16LE(parts.length, HEADER.count);
  write(out, HEADER.sectionsOffset, 0);
  for (const field of [HEADER.sectionCount, HEADER.sectionNames]) out.writeUInt16LE(0, field);
  return out;
}

/** A segment before and behind a cut, whose offset is still that of the uncut file. */
function halvesOf(entry: Buffer, cut: { start: number; length: number }): [Buffer, Buffer] {
  const [before, behind] = [Buffer.from(entry), Buffer.from(entry)];
  const first = cut.start - read(entry, ENTRY.offset);
  const gap = first + cut.length;
  for (const field of [ENTRY.fileSize, ENTRY.memorySize]) {
    write(before, field, first);
    write(behind, field, read(entry, field) - gap);
  }
  for (const field of [ENTRY.offset, ENTRY.address, ENTRY.physical])
    write(behind, field, read(entry, field) + gap);
  return [before, behind];
}

function longestHole(file: Buffer, entries: readonly Buffer[], page: number): Hole | null {
  let longest: Hole | null = null;
  const zeros = Buffer.alloc(page);
  for (const segment of entries.filter((entry) => isLoad(entry) && !isWritable(entry))) {
    const [from, size] = [read(segment, ENTRY.offset), read(segment, ENTRY.fileSize)];
    let start: number | null = null;
    for (let at = Math.ceil(from / page) * page; at <= from + size; at += page) {
      const isZero = at + page <= from + size && file.subarray(at, at + page).equals(zeros);
      if (isZero) start ??= at;
      else if (start !== null) {
        // One page of it is to stay, so one alone is none.
        if (at - start > Math.max(page, longest === null ? 0 : longest.end - longest.start))
          longest = { segment, start, end: at };
        start = null;
      }
    }
  }
  return longest;
}

function entriesOf(file: Buffer): Buffer[] {
  const table = read(file, HEADER.tableOffset);
  return Array.from({ length: file.readUInt16LE(HEADER.count) }, (_, index) =>
    file.subarray(table + index * ENTRY.size, table + (index + 1) * ENTRY.size),
  );
}

function isLoad(entry: Buffer): boolean {
  return entry.readUInt32LE(ENTRY.type) === PT_LOAD;
}

function isWritable(entry: Buffer): boolean {
  return (entry.readUInt32LE(ENTRY.flags) & WRITABLE) !== 0;
}

function read(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}

function write(bytes: Buffer, at: number, value: number): void {
  bytes.writeBigUInt64LE(BigInt(value), at);
}
