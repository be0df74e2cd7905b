import { type GptCopy, withArray } from "../bytes/gpt.ts";
import { headerLba } from "../bytes/gpt-header.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";

/** One step of a table's change: bytes to write at an offset, or everything so far onto the medium. */
export type WriteStep =
  | { readonly kind: "write"; readonly offset: number; readonly bytes: Buffer }
  | { readonly kind: "flush" };

/**
 * The steps that bring `array` into both copies so that at every instant one copy is valid and says either
 * the old or the new state: backup entries, backup header, then the primary. Where the primary header and
 * its array are adjacent they go out as one write, which keeps the moment short in which the kernel, which
 * never looks at the backup by itself, would find no partitions. Only sectors that differ are written.
 * Throws `refused` when the table has to be repaired first.
 */
function planWrite(table: GptTable, array: Buffer): WriteStep[] {
  const { primary, backup, geometry } = table;
  if (array.equals(table.truth.array)) return [];
  if (primary === null || backup === null || table.unwritable !== null) {
    throw new HoldfastError("refused", `nothing was written: ${table.unwritable ?? "one GPT copy is bad"}`, {
      next: "repair the GPT first: holdfast check --repair",
    });
  }
  const newPrimary = withArray(primary, array, geometry);
  const newBackup = withArray(backup, array, geometry);
  const { sectorSize } = geometry;
  return [
    ...settled(arrayRuns(backup, newBackup, sectorSize)),
    ...settled(headerRun(backup, newBackup, headerLba("backup", geometry), sectorSize)),
    ...primarySteps(primary, newPrimary, sectorSize),
  ];
}

/**
 * Changes the entry array of the disk's GPT through `change`, which edits a copy of it in place. Writes
 * nothing when nothing changed; otherwise reads back through a fresh open and throws `notReadBack` when the
 * disk does not hold what was written. Answers the table as it is now.
 */
export async function updateGpt(
  opener: DiskOpener,
  change: (array: Buffer, table: GptTable) => void,
): Promise<GptTable> {
  const written = await withDisk(opener, "write", async (disk) => {
    const table = await readGptTable(disk);
    const array = Buffer.from(table.truth.array);
    change(array, table);
    const steps = planWrite(table, array);
    await runSteps(disk, steps);
    return { table, array, unchanged: steps.length === 0 };
  });
  if (written.unchanged) return written.table;
  const table = await withDisk(opener, "read", readGptTable);
  if (table.problems.length > 0 || !table.truth.array.equals(written.array)) throw notReadBack(table);
  return table;
}

/** Carries the steps out in their order. */
export async function runSteps(disk: Disk, steps: readonly WriteStep[]): Promise<void> {
  for (const step of steps) {
    if (step.kind === "write") await disk.write(step.offset, step.bytes);
    else await disk.flush();
  }
}

function notReadBack(table: GptTable): HoldfastError {
  const found = table.problems[0] ?? "it holds other entries than were written";
  return new HoldfastError("notReadBack", `${table.geometry.name}: the GPT did not read back: ${found}`, {
    next: "the disk may be failing or write-protected",
  });
}

function primarySteps(before: GptCopy, after: GptCopy, sectorSize: number): WriteStep[] {
  const header = { offset: before.header.lba * sectorSize, bytes: after.header.sector };
  const entries = arrayRuns(before, after, sectorSize);
  if (before.header.arrayLba !== before.header.lba + 1) return [...settled(entries), ...settled([header])];
  const last = entries.at(-1);
  const end = last === undefined ? 0 : last.offset + last.bytes.length - header.offset;
  const whole = Buffer.concat([header.bytes, after.array]);
  return settled([{ offset: header.offset, bytes: whole.subarray(0, end) }]);
}

interface Run {
  readonly offset: number;
  readonly bytes: Buffer;
}

function settled(runs: readonly Run[]): WriteStep[] {
  if (runs.length === 0) return [];
  return [...runs.map((run): WriteStep => ({ kind: "write", ...run })), { kind: "flush" }];
}

function headerRun(before: GptCopy, after: GptCopy, lba: number, sectorSize: number): Run[] {
  if (before.header.sector.equals(after.header.sector)) return [];
  return [{ offset: lba * sectorSize, bytes: after.header.sector }];
}

/** The sectors of the array that differ, neighbours joined into one run. */
function arrayRuns(before: GptCopy, after: GptCopy, sectorSize: number): Run[] {
  const base = before.header.arrayLba * sectorSize;
  const runs: Run[] = [];
  for (let at = 0; at < after.array.length; at += sectorSize) {
    const bytes = after.array.subarray(at, at + sectorSize);
    if (bytes.equals(before.array.subarray(at, at + sectorSize))) continue;
    const last = runs.at(-1);
    const joins = last !== undefined && last.offset + last.bytes.length === base + at;
    const start = joins ? last.offset - base : at;
    if (joins) runs.pop();
    runs.push({ offset: base + start, bytes: after.array.subarray(start, at + sectorSize) });
  }
  return runs;
}
