import type { GptEntry } from "../bytes/gpt-entries.ts";
import { parseCommandLine } from "../domain/command-line.ts";
import { HoldfastError } from "../domain/errors.ts";
import { diskAt, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";

/** A disk's path with its table, or with why the table cannot be read. */
export interface DiskEvidence {
  readonly path: string;
  readonly table: GptTable | null;
  readonly unreadable: HoldfastError | null;
}

/** What a device shows about its bootloader, gathered at the edge; plain data for pure decisions. */
export interface Evidence {
  /** Words of the kernel command line. */
  readonly commandLine: ReadonlyMap<string, string>;
  readonly disks: readonly DiskEvidence[];
}

export interface EvidenceSource {
  readonly commandLine: string;
  /** Paths of the disks and images to look at. */
  readonly disks: readonly string[];
}

/** Looks at everything that tells of a bootloader; reads only, and what cannot be read is no evidence. */
export async function gatherEvidence(source: EvidenceSource): Promise<Evidence> {
  const disks: DiskEvidence[] = [];
  for (const path of source.disks) disks.push(await readDisk(path));
  return { commandLine: parseCommandLine(source.commandLine), disks };
}

/** Partitions of a disk; none when its table cannot be read. */
export function entriesOf(disk: DiskEvidence): readonly GptEntry[] {
  return disk.table?.truth.entries ?? [];
}

async function readDisk(path: string): Promise<DiskEvidence> {
  try {
    return { path, table: await withDisk(diskAt(path), "read", readGptTable), unreadable: null };
  } catch (error) {
    if (error instanceof HoldfastError) return { path, table: null, unreadable: error };
    throw error;
  }
}
