import { decodeCopy, difference, type GptCopy } from "../bytes/gpt.ts";
import {
  type DiskGeometry,
  decodeHeader,
  type GptRole,
  hasSignature,
  headerLba,
} from "../bytes/gpt-header.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import type { Disk } from "./disk.ts";

/** The partition table of a disk, read from both copies. */
export interface GptTable {
  readonly geometry: DiskGeometry;
  /** The copy that counts: the primary when it is valid, as for vboot, cgpt and the kernel. */
  readonly truth: GptCopy;
  readonly primary: GptCopy | null;
  readonly backup: GptCopy | null;
  /** Sentences about damage that did not stop the reading. */
  readonly problems: readonly string[];
  /** Why the table must not be written before it is repaired; null when it may. */
  readonly unwritable: string | null;
}

type Attempt = { readonly copy: GptCopy } | { readonly error: HoldfastError };

/**
 * Reads and checks both copies of the GPT. Throws `badStore` when neither can be believed, with what is wrong
 * with each; one bad copy, or two that differ, is a problem that the table carries.
 */
export async function readGptTable(disk: Disk): Promise<GptTable> {
  const geometry = await geometryOf(disk);
  const primary = await tryCopy(disk, "primary", geometry);
  const backup = await tryCopy(disk, "backup", geometry, "copy" in primary ? primary.copy : null);
  if ("copy" in primary && "copy" in backup) return bothValid(geometry, primary.copy, backup.copy);
  if ("copy" in primary && "error" in backup) return oneValid(geometry, primary.copy, backup.error);
  if ("error" in primary && "copy" in backup) return oneValid(geometry, backup.copy, primary.error);
  throw new HoldfastError("badStore", `${sentence(primary)}; ${sentence(backup)}`, {
    next: "check that this is the right disk and that the image is complete",
  });
}

function bothValid(geometry: DiskGeometry, primary: GptCopy, backup: GptCopy): GptTable {
  const table = { geometry, truth: primary, primary, backup, problems: [], unwritable: null };
  const differs = difference(primary, backup);
  if (differs === null) return table;
  const problem = `${geometry.name}: the copies of the GPT differ (${differs.what}); the primary counts`;
  return { ...table, problems: [problem], unwritable: differs.kind === "header" ? problem : null };
}

function oneValid(geometry: DiskGeometry, copy: GptCopy, error: HoldfastError): GptTable {
  const isPrimary = copy.header.role === "primary";
  const problem = `${messageOf(error)}; ${misplaced(copy, geometry)}the ${copy.header.role} copy is used`;
  return {
    geometry,
    truth: copy,
    primary: isPrimary ? copy : null,
    backup: isPrimary ? null : copy,
    problems: [problem],
    unwritable: problem,
  };
}

/** What most often happened when only the backup is missing: an image was copied to a larger disk. */
function misplaced({ header }: GptCopy, geometry: DiskGeometry): string {
  if (header.role === "backup" || header.alternateLba === geometry.sectors - 1) return "";
  return `the primary expects it at LBA ${header.alternateLba}, was the image copied to a larger disk?; `;
}

async function tryCopy(
  disk: Disk,
  role: GptRole,
  geometry: DiskGeometry,
  other: GptCopy | null = null,
): Promise<Attempt> {
  try {
    const { sectorSize } = geometry;
    const sector = await disk.read(headerLba(role, geometry) * sectorSize, sectorSize);
    const header = decodeHeader(sector, role, geometry);
    const array = await disk.read(header.arrayLba * sectorSize, header.arraySectors * sectorSize);
    return { copy: decodeCopy(header, array, geometry, other) };
  } catch (error) {
    if (error instanceof HoldfastError) return { error };
    throw error;
  }
}

/** The smallest disk that can hold two headers, two arrays and one usable sector. */
const MIN_SECTORS = 6;

async function geometryOf(disk: Disk): Promise<DiskGeometry> {
  const sectorSize = disk.sectorSize ?? (await probeSectorSize(disk));
  const sectors = sectorSize === null ? 0 : Math.floor(disk.size / sectorSize);
  if (sectorSize !== null && sectors >= MIN_SECTORS) return { name: disk.name, sectorSize, sectors };
  const looked = 'no "EFI PART" at byte 512 or 4096, nor in the last sector';
  throw new HoldfastError("badStore", `${disk.name} (${disk.size} bytes) has no GPT: ${looked}`, {
    next: "name the whole disk or its image, not a partition or a file system",
  });
}

const SECTOR_SIZES = [512, 4096];

/**
 * Sector size of an image: that of the first valid header, else of the first signature, looking at LBA 1
 * and then at the last LBA; null when there is neither.
 */
async function probeSectorSize(disk: Disk): Promise<number | null> {
  let signed: number | null = null;
  for (const role of ["primary", "backup"] as const) {
    for (const sectorSize of SECTOR_SIZES) {
      const geometry = { name: disk.name, sectorSize, sectors: Math.floor(disk.size / sectorSize) };
      if (geometry.sectors < MIN_SECTORS) continue;
      const sector = await disk.read(headerLba(role, geometry) * sectorSize, sectorSize);
      if (!hasSignature(sector)) continue;
      if (isValid(sector, role, geometry)) return sectorSize;
      signed ??= sectorSize;
    }
  }
  return signed;
}

function isValid(sector: Buffer, role: GptRole, geometry: DiskGeometry): boolean {
  try {
    decodeHeader(sector, role, geometry);
    return true;
  } catch (error) {
    if (error instanceof HoldfastError) return false;
    throw error;
  }
}

function sentence(attempt: Attempt): string {
  return "error" in attempt ? messageOf(attempt.error) : "";
}
