import { expect, test } from "vitest";
import { ownDisks } from "../../../src/boot-control/typed-content.ts";
import { namesOfTyped, typedImages, typedSlots } from "../../../src/boot-control/typed-images.ts";
import type { GptEntry } from "../../../src/bytes/gpt-entries.ts";

const ROOT = "4f68bce3-e8cd-4db1-96e7-fbcaf984b709";
const ROOT_TREE = "2c7357ed-ebd2-46d9-aec1-23d437ec2bf5";
const USR = "8484680c-9521-48c6-9c11-b0720656f69e";
const ARM_ROOT = "b921b045-1df0-41c3-af44-4c6f280d3fae";
const HOME = "933ac7e1-2eb4-4f13-b844-0e14e2aef915";
const LINUX = "0fc63daf-8483-4772-8e79-3d69d8477de4";
/** The halves of a root hash as systemd-repart 252 named the partitions of it. */
const HALVES = ["fc1a1521-81c9-6f07-8388-d05fd3a0b9c2", "d51032a2-064b-e390-e049-1f3c47dba191"] as const;

type Listed = readonly [type: string, more?: Partial<GptEntry>];

function disk(...list: readonly Listed[]): GptEntry[] {
  return list.map(([type, more], index) => {
    const guid = `0000000${index}-0000-4000-8000-000000000000`;
    return { number: index + 1, name: "", type, guid, attributes: 0n, ...more } as GptEntry;
  });
}

function slotsOf(entries: readonly GptEntry[], arch: string | null = "x64") {
  const found = typedImages(entries, arch);
  return found === null
    ? null
    : typedSlots(found).map(({ id, label, root, image }) => ({
        ...{ id, label, root: root?.number, tree: image?.tree, hash: image?.rootHash ?? null },
        around: image?.around.map(({ number }) => number),
      }));
}

test("the only root of its type is the system", () => {
  expect(slotsOf(disk([LINUX], [ROOT], [HOME]))).toEqual([
    { id: "a", label: "System", root: 2, tree: "root", hash: null, around: [] },
  ]);
});

test("several are slots A, B and C in the order of the table", () => {
  const found = slotsOf(disk([ROOT], [LINUX], [ROOT], [ROOT]));
  expect(found?.map(({ id, label, root }) => [id, label, root])).toEqual([
    ["a", "Slot A", 1],
    ["b", "Slot B", 3],
    ["c", "Slot C", 4],
  ]);
});

test("with a /usr the root partition is what lies around it", () => {
  expect(slotsOf(disk([ROOT], [USR]))).toMatchObject([{ root: 2, tree: "usr", around: [1] }]);
});

test("a hash tree of the type proves its image where both are named after the root hash", () => {
  const pair = disk([ROOT, { guid: HALVES[0] }], [ROOT_TREE, { guid: HALVES[1] }]);
  expect(slotsOf(pair)).toMatchObject([{ hash: HALVES.join("").replaceAll("-", "") }]);
  const alone = disk([ROOT, { guid: HALVES[0] }], [ROOT], [ROOT_TREE, { guid: HALVES[1] }]);
  const found = typedImages(alone, "x64");
  expect(found?.images.map(({ hashTree, isPair }) => [hashTree?.number, isPair])).toEqual([
    [3, false],
    [3, false],
  ]);
  expect(slotsOf(alone)?.map(({ hash }) => hash)).toEqual([null, null]);
});

test.each<[string, GptEntry[]]>([
  ["that automatic discovery is to leave alone", disk([ROOT, { attributes: 1n << 63n }])],
  ["that is free for an update", disk([ROOT, { name: "_empty" }])],
  ["whose update was not finished", disk([ROOT, { name: "PRT#os_2" }])],
  ["of another architecture", disk([ARM_ROOT])],
  ["of data", disk([HOME], [LINUX])],
])("a partition %s is none", (_, entries) => {
  expect(slotsOf(entries)).toBeNull();
});

test("letters, versions and kernels go before types", () => {
  expect(slotsOf(disk([ROOT, { name: "root_a" }], [ROOT, { name: "root_b" }]))).toBeNull();
  expect(slotsOf(disk([ROOT, { name: "os_1.0" }], [ROOT]))).toBeNull();
});

test("a disk of another machine has the architecture of its first image", () => {
  expect(slotsOf(disk([ARM_ROOT], [ROOT]), null)?.map(({ root }) => root)).toEqual([1]);
});

test("partitions are called by number and name", () => {
  const names = (...list: readonly Listed[]) => {
    const found = typedImages(disk(...list), "x64");
    return found === null ? null : namesOfTyped(found);
  };
  expect(names([ROOT, { name: "root-x86-64" }])).toBe("partition 1 (root-x86-64)");
  expect(names([ROOT], [ROOT], [ROOT])).toBe("partitions 1, 2 and 3");
});

test("a stick that is plugged in is looked at only where the device has no disk of its own", () => {
  const [own, stick] = [{ path: "/dev/vda" }, { path: "/dev/sda" }];
  const devices = [
    { disk: "/dev/vda", attached: "internal" },
    { disk: "/dev/sda", attached: "usb" },
  ] as const;
  expect(ownDisks([own, stick], devices)).toEqual([own]);
  expect(ownDisks([stick], devices)).toEqual([stick]);
});
