import { expect, test } from "vitest";
import {
  discoverKernels,
  discoverTwins,
  discoverVersions,
  questionOfVersions,
} from "../../../src/boot-control/discover.ts";
import { CHROMEOS_KERNEL_TYPE, CHROMEOS_ROOTFS_TYPE } from "../../../src/bytes/chromeos-attributes.ts";
import type { GptEntry } from "../../../src/bytes/gpt-entries.ts";

const KERNEL = CHROMEOS_KERNEL_TYPE;
const ROOTFS = CHROMEOS_ROOTFS_TYPE;

function entries(...types: readonly (readonly [name: string, type: string])[]): GptEntry[] {
  return types.map(([name, type], index) => ({ number: index + 1, name, type }) as GptEntry);
}

/** Ids of the slots with the partition number of their root. */
function roots(found: readonly GptEntry[]): Record<string, number | null> {
  return Object.fromEntries(discoverKernels(found).map(({ id, root }) => [id, root?.number ?? null]));
}

test("kernels and roots that take turns belong together", () => {
  const found = entries(["KERN-A", KERNEL], ["ROOT-A", ROOTFS], ["KERN-B", KERNEL], ["ROOT-B", ROOTFS]);
  expect(roots(found)).toEqual({ a: 2, b: 4 });
});

test("a root with the letter of another slot is not taken, though it follows the kernel", () => {
  const found = entries(["kernel_a", KERNEL], ["kernel_b", KERNEL], ["root_a", ROOTFS], ["root_b", ROOTFS]);
  expect(roots(found)).toEqual({ a: 3, b: 4 });
});

test("a root with the letter of another slot is not taken, even where no other is there", () => {
  expect(roots(entries(["kernel_a", KERNEL], ["kernel_b", KERNEL], ["root_a", ROOTFS]))).toEqual({
    a: 3,
    b: null,
  });
});

test("a root without a letter belongs to the kernel in front of it", () => {
  expect(roots(entries(["KERN-A", KERNEL], ["system", ROOTFS]))).toEqual({ a: 2 });
  expect(roots(entries(["", KERNEL], ["ROOT-A", ROOTFS]))).toEqual({ p1: 2 });
});

test("Flatcar's /usr partitions carry their counters themselves", () => {
  const flatcar = "5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6";
  const found = entries(
    ["EFI-SYSTEM", ""],
    ["BIOS-BOOT", ""],
    ["USR-A", flatcar],
    ["USR-B", flatcar],
    ["ROOT", ""],
  );
  expect(roots(found)).toEqual({ a: 3, b: 4 });
  expect(discoverKernels(found).map(({ store }) => store?.number)).toEqual([3, 4]);
});

const USR = "8484680c-9521-48c6-9c11-b0720656f69e";
const USR_TREE = "77ff5f63-e7b6-4633-acf4-1565b864c0e6";
/** The halves of a root hash as systemd-repart 252 named the partitions of it. */
const HALVES = ["fc1a1521-81c9-6f07-8388-d05fd3a0b9c2", "d51032a2-064b-e390-e049-1f3c47dba191"] as const;

function images(...list: readonly (readonly [name: string, type: string, guid?: string])[]): GptEntry[] {
  const byChance = (index: number) => `0000000${index}-0000-4000-8000-000000000000`;
  return list.map(([name, type, guid], index) => {
    return { number: index + 1, name, type, guid: guid ?? byChance(index) } as GptEntry;
  });
}
const found = (entries: readonly GptEntry[]) =>
  discoverVersions(entries).map(({ id, root, image }) => [id, root?.number, image?.hashTree?.number ?? null]);

test("versioned images are slots, the newest first by UAPI's order, each with the tree of its version", () => {
  const disk = images(
    ["os_9_usr", USR],
    ["os_10~rc1_usr", USR, HALVES[0]],
    ["_empty", USR],
    ["PRT#os_11_usr", USR],
    ["os_10~rc1_vty", USR_TREE, HALVES[1]],
  );
  expect(found(disk)).toEqual([
    ["10-rc1", 2, 5],
    ["9", 1, null],
  ]);
  expect(discoverVersions(disk)[0]?.image?.rootHash).toBe(HALVES.join("").replaceAll("-", ""));
});

test("partitions with GUIDs of chance say no root hash", () => {
  const disk = images(["os_9_usr", USR], ["os_9_vty", USR_TREE]);
  expect(discoverVersions(disk)[0]?.image).toMatchObject({ rootHash: null, hashTree: { number: 2 } });
});

test("labels that follow two patterns are slots of both under their whole names, and a question whose they are", () => {
  const disk = images(
    ["os_9_usr", USR],
    ["other_10_usr", USR, HALVES[0]],
    ["other_10_vty", USR_TREE, HALVES[1]],
    ["os_10_usr", USR],
    ["PRT#os_11_usr", USR],
    ["_empty", USR],
  );
  expect(found(disk)).toEqual([
    ["os_10", 4, null],
    ["os_9", 1, null],
    ["other_10", 2, 3],
  ]);
  expect(questionOfVersions(disk)).toBe(
    "Which images are this system's: os_@v_usr (os_10_usr, os_9_usr, PRT#os_11_usr) or other_@v_usr (other_10_usr)? " +
      "Name its slots in the configuration, as [[slot]].",
  );
});

test("a hash tree is never that of another pattern's image", () => {
  const disk = images(["os_9_usr", USR], ["other_9_usr", USR], ["third_9_vty", USR_TREE]);
  expect(found(disk)).toEqual([
    ["os_9", 1, null],
    ["other_9", 2, null],
  ]);
});

test("ids of long names that end alike differ all the same", () => {
  const name = (first: string) => `${first}-with-a-long-name_1_usr`;
  const disk = images([name("one"), USR], [name("two"), USR]);
  expect(found(disk).map(([id]) => id)).toEqual(["th-a-long-name_1", "p2"]);
});

test("labels without a version make no slots, and no question", () => {
  const disk = images(["usr", USR], ["_empty", USR], ["os_9", "0fc63daf-8483-4772-8e79-3d69d8477de4"]);
  expect([found(disk), questionOfVersions(disk)]).toEqual([[], null]);
  expect(questionOfVersions(images(["os_9_usr", USR], ["os_10_usr", USR]))).toBeNull();
});

test("where no bootloader is asked there may be a third and a fourth of a pair", () => {
  const disk = entries(["root_a", USR], ["root_b", USR], ["ROOT_C", USR], ["home", ""]);
  const letters = ["a", "b", "c", "d"];
  expect(discoverTwins(disk, letters).map(({ id, root }) => [id, root?.number])).toEqual([
    ["a", 1],
    ["b", 2],
    ["c", 3],
  ]);
  expect(discoverTwins(disk).map(({ id }) => id)).toEqual(["a", "b"]);
});
