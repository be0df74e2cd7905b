import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FatVolume } from "../../../src/bytes/fat.ts";
import { bufferReader } from "../../../src/bytes/uki.ts";
import { decodeVeritySuperblock } from "../../../src/bytes/verity-superblock.ts";
import { inferPatterns, readLabel } from "../../../src/bytes/versioned-label.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

/** The smallest volume that mkfs.vfat makes, with a folder and a file. */
function smallVolume(): Buffer {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-fat-"));
  try {
    const image = join(folder, "fat.img");
    writeFileSync(image, "");
    truncateSync(image, 64 * 1024);
    execFileSync("mkfs.vfat", ["--invariant", "-F", "12", "-f", "1", "-s", "1", image]);
    execFileSync("mmd", ["-i", image, "::/loader"]);
    writeFileSync(join(folder, "a long name.conf"), "x".repeat(1500));
    execFileSync("mcopy", ["-i", image, join(folder, "a long name.conf"), "::/loader"]);
    // What lies behind the file's clusters is never read.
    return readFileSync(image).subarray(0, 32 * 1024);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

fuzz("FAT volumes", [smallVolume()], (bytes) => {
  const fat = new FatVolume(bufferReader(bytes, "fat"), "fat");
  for (const entry of fat.list("loader") ?? []) fat.reader(entry)(0, Math.min(entry.size, 4096));
});

const superblock = Buffer.alloc(512);
superblock.write("verity\0\0");
superblock.writeUInt32LE(1, 8);
superblock.writeUInt32LE(1, 12);
superblock.write("sha256", 32);
superblock.writeUInt32LE(4096, 64);
superblock.writeUInt32LE(4096, 68);
superblock.writeBigUInt64LE(100n, 72);
superblock.writeUInt16LE(32, 80);
fuzz("verity superblocks", [superblock], (bytes) => decodeVeritySuperblock(bytes, "hash"));

fuzz("labels", [Buffer.from("duranium_20260801_usr"), Buffer.from("PRT#os_1.2~3")], (bytes) => {
  const label = bytes.toString("utf16le");
  for (const pattern of inferPatterns([label])) readLabel(pattern, label);
});
