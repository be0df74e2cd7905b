import { decodeCopy, difference, type GptCopy } from "../bytes/gpt.ts";
import {
  type DiskGeometry,
  decodeHeader,
  type GptHeader,
  type GptRole,
  headerLba,
  withPlaces,
} from "../bytes/gpt-header.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Disk, type DiskOpener, withDisk } from "../linux/disk.ts";
import { type GptTable, readGptTable } from "../linux/gpt-table.ts";
import { runSteps, type WriteStep } from "./gpt-store.ts";

/** The sectors that tell what became of a copy. */
export interface Ruins {
  /** LBA 0: says whether the disk means to have a GPT at all. */
  readonly mbr: Buffer;
  /** The sector where the bad copy's header belongs. */
  readonly header: Buffer;
}

/** How one copy of the table is made anew from the other. */
export interface RepairPlan {
  readonly disk: string;
  /** The copy that is written. */
  readonly role: GptRole;
  /** What is wrong and what would be done, for people. */
  readonly text: string;
  readonly steps: readonly WriteStep[];
}

/** The copy that does not count: missing or bad, or differing from the primary; null when both agree. */
function badRole(table: GptTable): GptRole | null {
  if (table.primary === null) return "primary";
  if (table.backup === null || difference(table.primary, table.backup) !== null) return "backup";
  return table.primary.header.alternateLba === headerLba("backup", table.geometry) ? null : "backup";
}

/**
 * The steps that make the bad copy anew from the good one: its array, its header, and only then the good
 * copy's word of where the other lies, if that is wrong. Until the last step the good copy is not touched, so
 * it stands at every instant. Null when both agree; throws `refused` where the bad copy looks intended.
 */
function planRepair(table: GptTable, ruins: Ruins): RepairPlan | null {
  const role = badRole(table);
  if (role === null) return null;
  const { geometry, truth } = table;
  checkIntent(ruins, geometry);
  const { sectorSize } = geometry;
  const lba = headerLba(role, geometry);
  const other = truth.header.lba;
  const arrayLba = arrayLbaOf(ruins.header, role, geometry) ?? usualArrayLba(role, truth.header, geometry);
  const made = remade(
    truth,
    withPlaces(truth.header, { lba, alternateLba: other, arrayLba }),
    role,
    geometry,
  );
  const steps: WriteStep[] = [
    { kind: "write", offset: arrayLba * sectorSize, bytes: made.array },
    { kind: "flush" },
    { kind: "write", offset: lba * sectorSize, bytes: made.header.sector },
    { kind: "flush" },
  ];
  if (truth.header.alternateLba !== lba) {
    const sector = withPlaces(truth.header, { ...truth.header, alternateLba: lba });
    steps.push({ kind: "write", offset: other * sectorSize, bytes: sector }, { kind: "flush" });
  }
  const what = table.problems[0] ?? `${geometry.name}: the primary GPT expects the backup elsewhere`;
  const from = role === "primary" ? "backup" : "primary";
  const text = `${what}. Repair: the ${role} copy is written from the ${from} copy, at bytes ${lba * sectorSize} and ${arrayLba * sectorSize}`;
  return { disk: geometry.name, role, text, steps };
}

/** What a repair of the disk would do; reads only. Null when both copies are right. */
export function planRepairOf(opener: DiskOpener): Promise<RepairPlan | null> {
  return withDisk(opener, "read", async (disk) => plan(disk));
}

/**
 * Repairs the disk's GPT and reads it back through a fresh open; null when there was nothing to repair.
 * Throws `notReadBack` when the disk does not hold two equal copies afterwards.
 */
export async function repairGpt(opener: DiskOpener): Promise<RepairPlan | null> {
  const done = await withDisk(opener, "write", async (disk) => {
    const repair = await plan(disk);
    if (repair !== null) await runSteps(disk, repair.steps);
    return repair;
  });
  if (done === null) return null;
  const table = await withDisk(opener, "read", readGptTable);
  if (table.problems.length === 0 && badRole(table) === null) return done;
  const found = table.problems[0] ?? "the copies do not point at each other";
  throw new HoldfastError("notReadBack", `${done.disk}: the repaired GPT did not read back: ${found}`, {
    next: "the disk may be failing or write-protected",
  });
}

async function plan(disk: Disk): Promise<RepairPlan | null> {
  const table = await readGptTable(disk);
  const role = badRole(table);
  if (role === null) return null;
  const { sectorSize } = table.geometry;
  const header = await disk.read(headerLba(role, table.geometry) * sectorSize, sectorSize);
  return planRepair(table, { mbr: await disk.read(0, sectorSize), header });
}

/** Refuses where somebody took the GPT away on purpose and only its other copy was forgotten. */
function checkIntent({ mbr, header }: Ruins, { name }: DiskGeometry): void {
  if (header.toString("latin1", 0, 8) === "IGNOREME") {
    throw refused(
      `${name}: "IGNOREME" says that this copy of the GPT is hidden on purpose`,
      "cgpt legacy -e",
    );
  }
  const types = [0, 1, 2, 3].map((index) => mbr[446 + index * 16 + 4] ?? 0).filter((type) => type !== 0);
  const isMbr = mbr.readUInt16LE(510) === 0xaa55 && types.length > 0 && !types.includes(0xee);
  if (isMbr) {
    throw refused(`${name} has an MBR with partitions of its own; the GPT left on it may be an old one`);
  }
}

function refused(what: string, tool = "sgdisk"): HoldfastError {
  return new HoldfastError("refused", `nothing was written: ${what}`, {
    next: `if it is to be repaired all the same, use its owner's tool: ${tool}`,
  });
}

/** Where the bad copy has its array, when its header still stands. */
function arrayLbaOf(sector: Buffer, role: GptRole, geometry: DiskGeometry): number | null {
  try {
    return decodeHeader(sector, role, geometry).arrayLba;
  } catch (error) {
    if (error instanceof HoldfastError) return null;
    throw error;
  }
}

/** Behind the primary header or before the backup header, where every tool and bootloader expects it. */
function usualArrayLba(role: GptRole, { arraySectors }: GptHeader, geometry: DiskGeometry): number {
  const lba = headerLba(role, geometry);
  return role === "primary" ? lba + 1 : lba - arraySectors;
}

/** The new copy, checked as if it had been read: a copy that would not be believed is not written. */
function remade(truth: GptCopy, sector: Buffer, role: GptRole, geometry: DiskGeometry): GptCopy {
  return decodeCopy(decodeHeader(sector, role, geometry), truth.array, geometry);
}
