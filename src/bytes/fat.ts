import { HoldfastError } from "../domain/errors.ts";
import type { ExactReader } from "./uki.ts";

/** One name in a folder of a FAT volume. */
export interface FatEntry {
  /** The long name where there is one. */
  readonly name: string;
  readonly isFolder: boolean;
  /** In bytes; 0 for a folder. */
  readonly size: number;
  /** First cluster of its content; 0 where it has none. */
  readonly cluster: number;
}

interface Geometry {
  readonly clusterSize: number;
  /** Byte of cluster 2, the first. */
  readonly dataStart: number;
  readonly clusters: number;
  readonly tableStart: number;
  /** Bits of an entry of the table. */
  readonly bits: 12 | 16 | 32;
  /** Where the root folder lies: a place of its own, or a chain of clusters (FAT32). */
  readonly root: { readonly start: number; readonly size: number } | { readonly cluster: number };
}

/** Most bytes of a folder: 65536 names (Microsoft FAT specification 1.03). */
const MAX_FOLDER = 65_536 * 32;
const ENTRY = 32;
const ATTRIBUTE = { label: 0x08, folder: 0x10, longName: 0x0f } as const;

/**
 * Reads folders and files of a FAT12, FAT16 or FAT32 volume without mounting it, so that an ordinary user can
 * look into an image; `read` begins at the volume. Throws `badStore` with `where` for anything out of place.
 */
export class FatVolume {
  readonly #read: ExactReader;
  readonly #where: string;
  readonly #geometry: Geometry;

  constructor(read: ExactReader, where: string) {
    this.#read = read;
    this.#where = where;
    this.#geometry = decodeGeometry(read(0, 512), where);
  }

  /** Names in a folder, "" for the root; null when there is no such folder. Case does not count. */
  list(path: string): FatEntry[] | null {
    let entries = this.#folder(null);
    for (const part of path.split("/").filter((each) => each !== "")) {
      const found = entries.find(({ name }) => name.toLowerCase() === part.toLowerCase());
      if (found?.isFolder !== true) return null;
      entries = this.#folder(found);
    }
    return entries;
  }

  /** A reader of the parts of a file. */
  reader(entry: FatEntry): ExactReader {
    const chain = this.#chain(entry.cluster, entry.size);
    return (offset, length) => {
      if (offset + length > entry.size) {
        throw this.#bad(
          `${entry.name} ends at byte ${entry.size}, ${length} bytes at ${offset} were expected`,
        );
      }
      return this.#readChain(chain, offset, length);
    };
  }

  #folder(entry: FatEntry | null): FatEntry[] {
    const { root } = this.#geometry;
    if (entry === null && "start" in root) return decodeFolder(this.#read(root.start, root.size));
    const cluster = entry?.cluster ?? ("cluster" in root ? root.cluster : 0);
    const chain = this.#chain(cluster, MAX_FOLDER);
    return decodeFolder(this.#readChain(chain, 0, chain.length * this.#geometry.clusterSize));
  }

  /** The clusters of a file, at most as many as `size` bytes take. */
  #chain(first: number, size: number): number[] {
    const { clusters, clusterSize } = this.#geometry;
    const chain: number[] = [];
    // A damaged chain may go round in a circle.
    const most = Math.min(Math.ceil(size / clusterSize), clusters);
    for (let cluster = first; chain.length < most; cluster = this.#next(cluster)) {
      if (cluster < 2 || cluster >= clusters + 2) break;
      chain.push(cluster);
    }
    return chain;
  }

  #next(cluster: number): number {
    const { tableStart, bits } = this.#geometry;
    if (bits === 32) return this.#read(tableStart + cluster * 4, 4).readUInt32LE() & 0x0fff_ffff;
    if (bits === 16) return endOr(this.#read(tableStart + cluster * 2, 2).readUInt16LE(), 0xfff8);
    const pair = this.#read(tableStart + cluster + (cluster >> 1), 2).readUInt16LE();
    return endOr(cluster % 2 === 0 ? pair & 0xfff : pair >> 4, 0xff8);
  }

  #readChain(chain: readonly number[], offset: number, length: number): Buffer {
    const { clusterSize, dataStart } = this.#geometry;
    const parts: Buffer[] = [];
    for (let at = offset; at < offset + length; ) {
      const cluster = chain[Math.floor(at / clusterSize)];
      if (cluster === undefined)
        throw this.#bad(`a chain of clusters ends ${offset + length - at} bytes early`);
      const within = at % clusterSize;
      const take = Math.min(clusterSize - within, offset + length - at);
      parts.push(this.#read(dataStart + (cluster - 2) * clusterSize + within, take));
      at += take;
    }
    return Buffer.concat(parts);
  }

  #bad(what: string): HoldfastError {
    return new HoldfastError("badStore", `${this.#where}: ${what}`);
  }
}

/** The mark of a chain's end as no cluster. */
function endOr(value: number, end: number): number {
  return value >= end ? 0 : value;
}

function decodeGeometry(sector: Buffer, where: string): Geometry {
  const fail = (what: string) => new HoldfastError("badStore", `${where} is no FAT file system: ${what}`);
  if (sector.readUInt16LE(510) !== 0xaa55) throw fail("there is no 55 aa at byte 510");
  const sectorSize = sector.readUInt16LE(11);
  const perCluster = sector[13] ?? 0;
  if (![512, 1024, 2048, 4096].includes(sectorSize)) throw fail(`its sectors have ${sectorSize} bytes`);
  if (perCluster === 0 || (perCluster & (perCluster - 1)) !== 0) {
    throw fail(`its clusters have ${perCluster} sectors`);
  }
  const reserved = sector.readUInt16LE(14);
  const tables = sector[16] ?? 0;
  const rootSize = sector.readUInt16LE(17) * ENTRY;
  const tableSectors = sector.readUInt16LE(22) || sector.readUInt32LE(36);
  const sectors = sector.readUInt16LE(19) || sector.readUInt32LE(32);
  const rootStart = (reserved + tables * tableSectors) * sectorSize;
  const dataStart = rootStart + Math.ceil(rootSize / sectorSize) * sectorSize;
  const clusterSize = perCluster * sectorSize;
  const clusters = Math.floor((sectors * sectorSize - dataStart) / clusterSize);
  if (tables === 0 || reserved === 0 || tableSectors === 0 || clusters < 1) throw fail("it has no clusters");
  const bits = clusters < 4085 ? 12 : clusters < 65_525 ? 16 : 32;
  return {
    clusterSize,
    dataStart,
    clusters,
    bits,
    tableStart: reserved * sectorSize,
    root: rootSize === 0 ? { cluster: sector.readUInt32LE(44) } : { start: rootStart, size: rootSize },
  };
}

function decodeFolder(bytes: Buffer): FatEntry[] {
  const entries: FatEntry[] = [];
  let longName = "";
  for (let at = 0; at + ENTRY <= bytes.length && bytes[at] !== 0; at += ENTRY) {
    const attributes = bytes[at + 11] ?? 0;
    if (bytes[at] === 0xe5) longName = "";
    else if ((attributes & 0x3f) === ATTRIBUTE.longName) longName = longPart(bytes, at) + longName;
    else {
      const name = longName.replace(/\0.*$/s, "") || shortName(bytes, at);
      longName = "";
      if ((attributes & ATTRIBUTE.label) === 0 && name !== "." && name !== "..") {
        entries.push({
          name,
          isFolder: (attributes & ATTRIBUTE.folder) !== 0,
          size: bytes.readUInt32LE(at + 28),
          cluster: bytes.readUInt16LE(at + 20) * 65_536 + bytes.readUInt16LE(at + 26),
        });
      }
    }
  }
  return entries;
}

/** Thirteen letters of a long name; the parts stand in reverse order before their entry. */
function longPart(bytes: Buffer, at: number): string {
  const places = [
    [1, 11],
    [14, 26],
    [28, 32],
  ] as const;
  return places.map(([from, to]) => bytes.toString("utf16le", at + from, at + to)).join("");
}

function shortName(bytes: Buffer, at: number): string {
  const text = (from: number, to: number) => bytes.toString("latin1", at + from, at + to).trimEnd();
  // Windows NT's bits for names that are all in lower case.
  const cases = bytes[at + 12] ?? 0;
  const stem = (cases & 0x08) === 0 ? text(0, 8) : text(0, 8).toLowerCase();
  const suffix = (cases & 0x10) === 0 ? text(8, 11) : text(8, 11).toLowerCase();
  return suffix === "" ? stem : `${stem}.${suffix}`;
}
