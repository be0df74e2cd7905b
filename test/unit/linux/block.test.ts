import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findInTable, listDisks, resolvePartition } from "../../../src/linux/block.ts";
import { withDisk } from "../../../src/linux/disk.ts";
import { readGptTable } from "../../../src/linux/gpt-table.ts";
import { craftDisk, craftedGuid, TWO_SLOTS } from "../../fixtures/gpt.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { addDisk } from "../../fixtures/sysfs.ts";

let sysfs = "";
beforeEach(() => {
  sysfs = mkdtempSync(join(tmpdir(), "holdfast-sysfs-"));
});
afterEach(() => rmSync(sysfs, { recursive: true }));

const A = "AAAAAAAA-0000-4000-8000-000000000001";
const B = "bbbbbbbb-0000-4000-8000-000000000002";

function twoDisks(): void {
  addDisk(sysfs, "hfdisk0", [{ number: 1, label: "root_a", partuuid: A, start: 4096, size: 2048 }]);
  addDisk(sysfs, "hfdiskx", [
    { number: 2, label: "root_b", partuuid: B },
    { number: 3, label: "state" },
  ]);
}

test("a label resolves to node, disk, number, PARTUUID, start and size", async () => {
  twoDisks();
  expect(await resolvePartition("PARTLABEL=root_a", { sysfs })).toEqual({
    device: "/dev/hfdisk0p1",
    disk: "/dev/hfdisk0",
    number: 1,
    partuuid: A.toLowerCase(),
    label: "root_a",
    startBytes: 4096 * 512,
    sizeBytes: 2048 * 512,
  });
});

test("a PARTUUID resolves whatever its case, and a node by its path", async () => {
  twoDisks();
  const byUuid = await resolvePartition(`PARTUUID=${B.toUpperCase()}`, { sysfs });
  expect(byUuid).toMatchObject({ device: "/dev/hfdiskx2", disk: "/dev/hfdiskx", label: "root_b" });
  expect(await resolvePartition("/dev/hfdiskx2", { sysfs })).toEqual(byUuid);
});

test("a whole device is no partition but can be named by its path", async () => {
  twoDisks();
  expect(await resolvePartition("/dev/hfdiskx", { sysfs })).toMatchObject({ number: null, partuuid: null });
  await expect(resolvePartition("PARTLABEL=", { sysfs })).rejects.toMatchObject({ kind: "noDevice" });
});

test("a label on two partitions is an error that names both", async () => {
  twoDisks();
  addDisk(sysfs, "hfusb", [{ number: 7, label: "root_a", partuuid: B.replace("b", "c") }]);
  await expect(resolvePartition("PARTLABEL=root_a", { sysfs })).rejects.toMatchObject({
    kind: "noDevice",
    message: "PARTLABEL=root_a is ambiguous: /dev/hfdisk0p1 and /dev/hfusb7 answer to it",
    next: "name the partition by PARTUUID",
  });
});

test("what is not there, and what names nothing, is said", async () => {
  twoDisks();
  const message = (ref: string) => resolvePartition(ref, { sysfs }).catch((error: Error) => error.message);
  expect(await message("PARTLABEL=root_c")).toBe("no partition of this machine answers to PARTLABEL=root_c");
  expect(await message("/dev/hfnone")).toBe("/dev/hfnone is no block device of this machine");
  expect(await message("LABEL=root_a")).toMatch(/"LABEL=root_a" names no device: PARTLABEL=…/);
});

test("without a sysfs there is no partition and no disk", async () => {
  expect(await listDisks({ sysfs: join(sysfs, "nothing") })).toEqual([]);
});

test("whole disks are listed, memory disks and partitions are not", async () => {
  twoDisks();
  for (const name of ["zram0", "loop0", "ram1", "dm-0", "hfdisk0boot0"]) addDisk(sysfs, name);
  expect(await listDisks({ sysfs })).toEqual(["/dev/hfdisk0", "/dev/hfdiskx"]);
});

test("inside an image nothing outside can answer, and partitions have no nodes", async () => {
  addDisk(sysfs, "hfdisk0", [{ number: 1, label: "elsewhere", partuuid: A }]);
  const table = await withDisk(new MemoryDisk(craftDisk()).open, "read", readGptTable);
  expect(await findInTable("PARTLABEL=ROOT-A", table, { sysfs })).toMatchObject({
    device: null,
    disk: "memory.img",
    number: 2,
    partuuid: craftedGuid(2),
    sizeBytes: 1024,
  });
  const elsewhere = findInTable("PARTLABEL=elsewhere", table, { sysfs });
  await expect(elsewhere).rejects.toThrow("no partition of memory.img answers to PARTLABEL=elsewhere");
});

test("two partitions of an image with one label are both named", async () => {
  const entries = [...TWO_SLOTS, { number: 9, name: "ROOT-A" }];
  const table = await withDisk(new MemoryDisk(craftDisk({ entries })).open, "read", readGptTable);
  await expect(findInTable("PARTLABEL=ROOT-A", table, { sysfs })).rejects.toThrow(
    "PARTLABEL=ROOT-A is ambiguous: partition 2 of memory.img and partition 9 of memory.img answer to it",
  );
});
