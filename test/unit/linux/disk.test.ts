import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { diskAt, openDisk, withDisk } from "../../../src/linux/disk.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-disk-"));
const image = join(folder, "disk.img");
writeFileSync(image, Buffer.alloc(4096, 7));
afterAll(() => rmSync(folder, { recursive: true }));

test("an image file is read and written in place and tells its size but no sector size", async () => {
  await withDisk(diskAt(image), "write", async (disk) => {
    expect(disk).toMatchObject({ name: image, size: 4096, sectorSize: null, isDevice: false });
    await disk.write(100, Buffer.from([1, 2, 3]));
    await disk.flush();
    expect(await disk.read(99, 5)).toEqual(Buffer.from([7, 1, 2, 3, 7]));
  });
  expect(readFileSync(image).subarray(99, 104)).toEqual(Buffer.from([7, 1, 2, 3, 7]));
});

test("reading past the end says where the disk ends", async () => {
  const read = withDisk(diskAt(image), "read", (disk) => disk.read(4000, 200));
  await expect(read).rejects.toMatchObject({
    kind: "badStore",
    message: `${image} ends at byte 4096, 200 bytes at 4000 were asked for`,
  });
});

test("a disk opened for reading cannot be written", async () => {
  const write = withDisk(diskAt(image), "read", (disk) => disk.write(0, Buffer.alloc(1)));
  await expect(write).rejects.toMatchObject({ kind: "notReadBack" });
});

test("two writers do not get in each other's way: the second is refused", async () => {
  const first = await openDisk(image, "write");
  try {
    await expect(openDisk(image, "write")).rejects.toMatchObject({
      kind: "refused",
      message: `${image} is locked by another program`,
    });
    await (await openDisk(image, "read")).close();
  } finally {
    await first.close();
  }
  await (await openDisk(image, "write")).close();
});

test.each([
  [join(folder, "nothing.img"), "does not exist"],
  [folder, "is neither a block device nor a disk image file"],
  ["/dev/null", "is neither a block device nor a disk image file"],
])("%s is no disk", async (path, expected) => {
  await expect(openDisk(path, "read")).rejects.toMatchObject({
    kind: "noDevice",
    message: `${path} ${expected}`,
  });
});
