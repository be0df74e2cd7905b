import { closeSync, openSync, statSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { run } from "../../src/build/run.ts";
import { MIB } from "./gpt-disk.ts";

/** A logical volume with the bytes of a host's file. */
export interface Volume {
  readonly name: string;
  readonly file: string;
}

/** Where LVM's own tools put things: label in the second sector, metadata at 4 KiB, extents from 1 MiB on. */
const LABEL_AT = 512;
const METADATA_AT = 4096;
const METADATA_SIZE = MIB - METADATA_AT;
const EXTENTS_AT = MIB;
const EXTENT_SIZE = 4 * MIB;
const SECTOR = 512;

/**
 * Makes the physical volume of a volume group whose logical volumes lie in it one after the other. LVM's own tools
 * make none where the kernel has no device mapper; those that read it judge it. Formats: lib/label/label.h and
 * lib/format_text/layout.h of LVM2's sources, and vgcfgbackup(8) for the text.
 */
export function physicalVolume(image: string, group: string, volumes: readonly Volume[]): void {
  const extents = volumes.map(({ file }) => Math.ceil(statSync(file).size / EXTENT_SIZE));
  const count = extents.reduce((sum, each) => sum + each, 0);
  const size = EXTENTS_AT + count * EXTENT_SIZE;
  writeFileSync(image, "");
  truncateSync(image, size);
  const starts = extents.map((_, index) => extents.slice(0, index).reduce((sum, each) => sum + each, 0));
  const text = metadata(
    group,
    size,
    volumes.map(({ name }, index) => ({ name, start: starts[index] ?? 0, count: extents[index] ?? 0 })),
  );
  const fd = openSync(image, "r+");
  writeSync(fd, label(size), 0, SECTOR, LABEL_AT);
  writeSync(fd, metadataHeader(text), 0, SECTOR, METADATA_AT);
  writeSync(fd, text, 0, text.length, METADATA_AT + SECTOR);
  closeSync(fd);
  for (const [index, { file }] of volumes.entries()) {
    const seek = EXTENTS_AT / MIB + ((starts[index] ?? 0) * EXTENT_SIZE) / MIB;
    run("dd", [`if=${file}`, `of=${image}`, "bs=1M", `seek=${seek}`, "conv=notrunc,sparse", "status=none"]);
  }
}

/** A UUID of LVM's for something of a test. */
function uuid(name: string): string {
  return name.padEnd(32, "0");
}

/** As LVM writes them in text: 6-4-4-4-4-4-6. */
function grouped(id: string): string {
  return id.replace(/^(.{6})(.{4})(.{4})(.{4})(.{4})(.{4})(.{6})$/, "$1-$2-$3-$4-$5-$6-$7");
}

interface Segment {
  readonly name: string;
  /** In extents. */
  readonly start: number;
  readonly count: number;
}

function metadata(group: string, size: number, segments: readonly Segment[]): Buffer {
  const count = (size - EXTENTS_AT) / EXTENT_SIZE;
  const volumes = segments.map(
    (each) => `${each.name} {
id = "${grouped(uuid(each.name.replaceAll("_", "")))}"
status = ["READ", "WRITE", "VISIBLE"]
flags = []
segment_count = 1
segment1 {
start_extent = 0
extent_count = ${each.count}
type = "striped"
stripe_count = 1
stripes = ["pv0", ${each.start}]
}
}
`,
  );
  return Buffer.from(`${group} {
id = "${grouped(uuid("group"))}"
seqno = 1
format = "lvm2"
status = ["RESIZEABLE", "READ", "WRITE"]
flags = []
extent_size = ${EXTENT_SIZE / SECTOR}
max_lv = 0
max_pv = 0
metadata_copies = 0
physical_volumes {
pv0 {
id = "${grouped(uuid("volume"))}"
device = "/dev/vda"
status = ["ALLOCATABLE"]
flags = []
dev_size = ${size / SECTOR}
pe_start = ${EXTENTS_AT / SECTOR}
pe_count = ${count}
}
}
logical_volumes {
${volumes.join("")}}
}
contents = "Text Format Volume Group"
version = 1
description = ""
creation_host = "test"
creation_time = 0
\0`);
}

/** The sector that tells a physical volume, with its place for data and the one for metadata. */
function label(size: number): Buffer {
  const sector = Buffer.alloc(SECTOR);
  sector.write("LABELONE", 0);
  sector.writeBigUInt64LE(BigInt(LABEL_AT / SECTOR), 8);
  sector.writeUInt32LE(32, 20);
  sector.write("LVM2 001", 24);
  sector.write(uuid("volume"), 32);
  const words = [size, EXTENTS_AT, 0, 0, 0, METADATA_AT, METADATA_SIZE];
  for (const [index, word] of words.entries()) sector.writeBigUInt64LE(BigInt(word), 64 + 8 * index);
  // The end of the metadata areas, then the extension: its version, and that the volume is used.
  sector.writeUInt32LE(2, 136);
  sector.writeUInt32LE(1, 140);
  sector.writeUInt32LE(checksum(sector.subarray(20)), 16);
  return sector;
}

/** Where the text is in the metadata area. */
function metadataHeader(text: Buffer): Buffer {
  const header = Buffer.alloc(SECTOR);
  header.write(" LVM2 x[5A%r0N*>", 4);
  header.writeUInt32LE(1, 20);
  header.writeBigUInt64LE(BigInt(METADATA_AT), 24);
  header.writeBigUInt64LE(BigInt(METADATA_SIZE), 32);
  header.writeBigUInt64LE(BigInt(SECTOR), 40);
  header.writeBigUInt64LE(BigInt(text.length), 48);
  header.writeUInt32LE(checksum(text), 56);
  header.writeUInt32LE(checksum(header.subarray(4)), 0);
  return header;
}

/** CRC-32 with LVM's own start value, not inverted. */
function checksum(bytes: Uint8Array): number {
  let crc = 0xf597a6cf;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return crc >>> 0;
}
