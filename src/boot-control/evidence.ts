import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { GptEntry } from "../bytes/gpt-entries.ts";
import { parseBootconfig } from "../domain/bootconfig.ts";
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
  /** The kernel command line, and its words. */
  readonly commandLine: string;
  readonly words: ReadonlyMap<string, string>;
  /** Keys of /proc/bootconfig. */
  readonly bootconfig: ReadonlyMap<string, string>;
  /** What the device tree says the board is compatible with, such as "qcom,sdm845". */
  readonly compatible: readonly string[];
  readonly disks: readonly DiskEvidence[];
}

export interface EvidenceSource {
  readonly commandLine: string;
  /** Paths of the disks and images to look at. */
  readonly disks: readonly string[];
  /** Sysroot of the machine that the disks belong to; null for an image of some other machine. */
  readonly machine: string | null;
}

/** Looks at everything that tells of a bootloader; reads only, and what cannot be read is no evidence. */
export async function gatherEvidence({ commandLine, disks, machine }: EvidenceSource): Promise<Evidence> {
  const found: DiskEvidence[] = [];
  for (const path of disks) found.push(await readDisk(path));
  const read = (path: string) => (machine === null ? "" : textOf(join(machine, path)));
  return {
    commandLine,
    words: parseCommandLine(commandLine),
    bootconfig: parseBootconfig(read("proc/bootconfig")),
    compatible: read("proc/device-tree/compatible").split("\0").filter(Boolean),
    disks: found,
  };
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

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
