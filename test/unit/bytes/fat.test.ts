import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../../src/build/run.ts";
import { FatVolume } from "../../../src/bytes/fat.ts";
import { bufferReader } from "../../../src/bytes/uki.ts";

/* The volumes are made by mkfs.vfat and filled by mtools. */

const LONG = "Duranium_phosh_13_20260915+2-0.efi";
/** More than one cluster of each volume, and not a whole number of them. */
const CONTENT = Buffer.from(Array.from({ length: 70_001 }, (_, at) => at % 251));

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-fat-"));
  writeFileSync(join(folder, "content"), CONTENT);
});
afterAll(() => rmSync(folder, { recursive: true }));

function volume(bits: number, mib: number): FatVolume {
  const image = join(folder, `${bits}.img`);
  writeFileSync(image, "");
  truncateSync(image, mib << 20);
  run("mkfs.vfat", ["--invariant", "-F", `${bits}`, "-n", "ESP", image]);
  run("mmd", ["-i", image, "::/EFI", "::/EFI/Linux", "::/loader"]);
  run("mcopy", ["-i", image, join(folder, "content"), `::/EFI/Linux/${LONG}`]);
  run("mcopy", ["-i", image, join(folder, "content"), "::/loader/short.bin"]);
  run("mdel", ["-i", image, "::/loader/short.bin"]);
  for (let number = 0; number < 40; number++) {
    run("mcopy", ["-i", image, "/dev/null", `::/loader/an entry with a long name ${number}.conf`]);
  }
  return new FatVolume(bufferReader(readFileSync(image), image), image);
}

describe.each([
  [12, 2],
  [16, 16],
  [32, 40],
])("FAT%i as mkfs.vfat and mtools write it", (bits, mib) => {
  test("is read: long names, no case, deep folders, files over many clusters, nothing that was deleted", () => {
    const fat = volume(bits, mib);
    expect(fat.list("")?.map(({ name, isFolder }) => [name, isFolder])).toEqual([
      ["EFI", true],
      ["loader", true],
    ]);
    const [file] = fat.list("efi/LINUX") ?? [];
    expect(file).toMatchObject({ name: LONG, isFolder: false, size: CONTENT.length });
    if (file === undefined) return;
    expect(fat.reader(file)(0, file.size).equals(CONTENT)).toBe(true);
    expect(fat.reader(file)(65_000, 5001).equals(CONTENT.subarray(65_000))).toBe(true);
    expect(() => fat.reader(file)(69_000, 2000)).toThrow("ends at byte 70001");
    expect(fat.list("loader")).toHaveLength(40);
    expect(fat.list("loader/nothing")).toBeNull();
    expect(fat.list(`EFI/Linux/${LONG}`)).toBeNull();
  });
});

test.each([
  ["nothing but zeros", 0, Buffer.alloc(512), "there is no 55 aa"],
  ["odd sectors", 11, Buffer.from([1, 0]), "its sectors have 1 bytes"],
  ["no clusters", 13, Buffer.from([3]), "its clusters have 3 sectors"],
])("a volume with %s is refused, and the error says where", (_, at, bytes, message) => {
  const image = join(folder, "bad.img");
  writeFileSync(image, "");
  truncateSync(image, 2 << 20);
  run("mkfs.vfat", ["--invariant", image]);
  const contents = readFileSync(image);
  bytes.copy(contents, at);
  expect(() => new FatVolume(bufferReader(contents, image), "disk.img#1")).toThrow(message);
  expect(() => new FatVolume(bufferReader(contents, image), "disk.img#1")).toThrow(/^disk\.img#1 is no FAT/);
});
