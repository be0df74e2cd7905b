import { HoldfastError } from "../domain/errors.ts";

/** The superblock in front of a dm-verity hash tree (cryptsetup's on-disk format, version 1). */
export interface VeritySuperblock {
  /** 1 for all trees that today's tools make; 0 is that of ChromeOS. */
  readonly hashType: number;
  /** Of the tree: 32 hex digits. */
  readonly uuid: string;
  readonly algorithm: string;
  /** In bytes; powers of two from 512. */
  readonly dataBlockSize: number;
  readonly hashBlockSize: number;
  readonly dataBlocks: number;
  readonly salt: Buffer;
}

/** Bytes that the superblock takes. */
export const VERITY_SUPERBLOCK_SIZE = 512;
const SIGNATURE = "verity\0\0";
const VERSION = 1;
const MAX_SALT = 256;
const MAX_BLOCK = 1 << 19;

/** Decodes and checks a superblock; throws `badStore` with the offset, what was found and what is right. */
export function decodeVeritySuperblock(bytes: Buffer, where: string): VeritySuperblock {
  const fail = (what: string) => new HoldfastError("badStore", `${where}: ${what}`);
  if (bytes.length < VERITY_SUPERBLOCK_SIZE) throw fail(`${bytes.length} bytes are no verity superblock`);
  if (bytes.toString("latin1", 0, 8) !== SIGNATURE) throw fail('there is no "verity" at byte 0');
  const version = bytes.readUInt32LE(8);
  if (version !== VERSION) throw fail(`its version is ${version}, ${VERSION} would be right`);
  const hashType = bytes.readUInt32LE(12);
  if (hashType > 1) throw fail(`its hash type is ${hashType}, 0 or 1 would be right`);
  const algorithm = bytes.toString("latin1", 32, 64).replace(/\0.*$/s, "");
  if (!/^[a-z0-9_-]+$/.test(algorithm)) throw fail("its hash algorithm at byte 32 has no name");
  const blocks = bytes.readBigUInt64LE(72);
  if (blocks < 1n || blocks > BigInt(Number.MAX_SAFE_INTEGER) / BigInt(MAX_BLOCK)) {
    throw fail(`it covers ${blocks} blocks, which no partition holds`);
  }
  const saltSize = bytes.readUInt16LE(80);
  if (saltSize > MAX_SALT) throw fail(`its salt has ${saltSize} bytes, at most ${MAX_SALT} are right`);
  return {
    hashType,
    uuid: bytes.toString("hex", 16, 32),
    algorithm,
    dataBlockSize: blockSize(bytes.readUInt32LE(64), "data", fail),
    hashBlockSize: blockSize(bytes.readUInt32LE(68), "hash", fail),
    dataBlocks: Number(blocks),
    salt: bytes.subarray(88, 88 + saltSize),
  };
}

function blockSize(size: number, what: string, fail: (what: string) => HoldfastError): number {
  if (size >= 512 && size <= MAX_BLOCK && (size & (size - 1)) === 0) return size;
  throw fail(`its ${what} blocks have ${size} bytes, a power of two from 512 would be right`);
}

/** Where the tree of a superblock at `offset` begins, in hash blocks: the next whole one. */
export function hashStartBlock({ hashBlockSize }: VeritySuperblock, offset: number): number {
  return Math.ceil((offset + VERITY_SUPERBLOCK_SIZE) / hashBlockSize);
}

/** A data device, its hash device and the root that the tree must have; devices as "major:minor". */
export interface VerityTarget {
  readonly data: string;
  readonly hash: string;
  readonly hashOffset: number;
  /** Hex. */
  readonly rootHash: string;
}

/** The parameters of device-mapper's "verity" target (Documentation/admin-guide/device-mapper/verity.rst). */
export function verityParameters(superblock: VeritySuperblock, target: VerityTarget): string {
  const { hashType, algorithm, dataBlockSize, hashBlockSize, dataBlocks, salt } = superblock;
  return [
    ...[hashType, target.data, target.hash, dataBlockSize, hashBlockSize, dataBlocks],
    ...[hashStartBlock(superblock, target.hashOffset), algorithm, target.rootHash],
    salt.length === 0 ? "-" : salt.toString("hex"),
  ].join(" ");
}
