import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withDisk } from "../../../src/linux/disk.ts";
import { diskOrBootPartitionAt } from "../../../src/linux/emmc-boot.ts";

let folder: string;
let device: string;
const lock = () => join(folder, "sys/block/mmcblk0boot1/force_ro");
const seen = () => readFileSync(lock(), "utf8").trim();

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-emmc-"));
  device = join(folder, "mmcblk0boot1");
  writeFileSync(device, Buffer.alloc(512));
  mkdirSync(join(folder, "sys/block/mmcblk0boot1"), { recursive: true });
  writeFileSync(lock(), "1\n");
});
afterEach(() => rmSync(folder, { recursive: true }));

test("a hardware boot partition is writable while it is open for writing, and locked again after", async () => {
  const open = diskOrBootPartitionAt(device, join(folder, "sys"));
  await withDisk(open, "read", async () => expect(seen()).toBe("1"));
  await withDisk(open, "write", async (disk) => {
    expect(seen()).toBe("0");
    await disk.write(3, Buffer.from("x"));
    await disk.flush();
  });
  expect(seen()).toBe("1");
  expect(readFileSync(device)[3]).toBe("x".charCodeAt(0));
});

test("it is locked again after a write that failed, and stays unlocked where it was so before", async () => {
  const open = diskOrBootPartitionAt(device, join(folder, "sys"));
  const failed = withDisk(open, "write", async () => {
    throw new Error("power");
  });
  await expect(failed).rejects.toThrow("power");
  expect(seen()).toBe("1");
  writeFileSync(lock(), "0\n");
  await withDisk(open, "write", async () => {});
  expect(seen()).toBe("0");
});

test("a lock that cannot be opened is a refusal that names it", async () => {
  const open = diskOrBootPartitionAt(device, join(folder, "none"));
  await expect(open("write")).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/mmcblk0boot1 is read-only and .*force_ro says no/),
  });
});

test("any other disk is opened as it is", async () => {
  const plain = join(folder, "plain.img");
  writeFileSync(plain, Buffer.alloc(512));
  await withDisk(diskOrBootPartitionAt(plain, join(folder, "none")), "write", async (disk) => {
    expect(disk.size).toBe(512);
  });
});
