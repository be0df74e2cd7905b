import {
  decodeResetCopy,
  encodeResetCopy,
  RESET_COPY_SIZE,
  type ResetCopy,
} from "../../bytes/reset-record.ts";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { RESET_RESERVED_BYTES } from "../../domain/reset.ts";
import type { ResetJournal } from "../../domain/reset-journal.ts";
import { type Disk, diskAt, withDisk } from "../../linux/disk.ts";
import { formatJournal, parseJournal } from "./journal-text.ts";

/** What lies in the last bytes of a partition. */
export interface FoundRecord {
  readonly journal: ResetJournal | null;
  readonly sequence: number;
  /** Sentences about copies that must not be believed. */
  readonly problems: readonly string[];
}

/** Both copies; of the good ones the newer counts. */
export async function readRecord(device: string): Promise<FoundRecord> {
  return withDisk(diskAt(device), "read", read);
}

/**
 * Writes the journal over the older copy, so that the newer one stays whole until this one is, and reads it
 * back from the device. The first copy carries the magic for as long as there is any record.
 */
export async function writeRecord(device: string, journal: ResetJournal): Promise<void> {
  const payload = Buffer.from(formatJournal(journal));
  const sequence = await withDisk(diskAt(device), "write", async (disk) => {
    const next = (await read(disk)).sequence + 1;
    await disk.write(placeOf(disk, (next + 1) % 2), encodeResetCopy({ sequence: next, payload }));
    await disk.flush();
    return next;
  });
  const found = await readRecord(device);
  if (found.sequence === sequence && found.journal !== null) return;
  throw new HoldfastError(
    "notReadBack",
    `The record of the reset at the end of ${device} did not read back.`,
  );
}

/** Takes the record away: the second copy, and only when that is gone the first, which the probe looks at. */
export async function clearRecord(device: string): Promise<void> {
  await withDisk(diskAt(device), "write", async (disk) => {
    for (const copy of [1, 0]) {
      await disk.write(placeOf(disk, copy), Buffer.alloc(RESET_COPY_SIZE));
      await disk.flush();
    }
  });
}

async function read(disk: Disk): Promise<FoundRecord> {
  const problems: string[] = [];
  const copies: ResetCopy[] = [];
  for (const copy of [0, 1]) {
    const at = placeOf(disk, copy);
    try {
      const found = decodeResetCopy(await disk.read(at, RESET_COPY_SIZE), `byte ${at} of ${disk.name}`);
      if (found !== null) copies.push(found);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  const newest = copies.toSorted((one, other) => other.sequence - one.sequence)[0];
  if (newest === undefined) return { journal: null, sequence: 0, problems };
  const journal = parseJournal(newest.payload.toString(), `The record of a reset at the end of ${disk.name}`);
  return { journal, sequence: newest.sequence, problems };
}

function placeOf(disk: Disk, copy: number): number {
  return disk.size - RESET_RESERVED_BYTES + copy * RESET_COPY_SIZE;
}
