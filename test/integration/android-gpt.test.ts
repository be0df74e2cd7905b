import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openAndroidGpt } from "../../src/boot-control/android-gpt.ts";
import type { Change } from "../../src/domain/slot.ts";
import { androidDisk, INACTIVE, TYPES } from "../fixtures/android.ts";
import { holdfast } from "../fixtures/holdfast.ts";
import { run, sgdiskFaults, withLoop } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-android-"));
const made = join(folder, "made.img");
afterAll(() => rmSync(folder, { recursive: true }));

const SLOTS = [
  { id: "a", suffix: "_a" },
  { id: "b", suffix: "_b" },
] as const;
const PAIRS = ["xbl", "abl", "boot", "system"] as const;
/** Attribute bits 48 to 55 that sgdisk sets: slot a confirmed and active, slot b with its tries. */
const BITS: Record<string, readonly number[]> = {
  boot_a: [48, 49, 50, 51, 52, 53, 54],
  boot_b: [49, 51, 52],
  xbl_a: [50],
  abl_a: [50],
  system_a: [50],
  // Bits of others, which have to stay.
  system_b: [0, 60],
};

/** A copy of the image that sgdisk made. */
function emmc(name: string): string {
  copyFileSync(made, join(folder, name));
  return join(folder, name);
}

/** Makes an eMMC image; its table is the work of sgdisk alone. */
function makeEmmc(path: string): void {
  writeFileSync(path, "");
  truncateSync(path, 12 << 20);
  const words = PAIRS.flatMap((pair, i) =>
    ["a", "b"].flatMap((letter, side) => {
      const number = i * 2 + side + 1;
      const label = `${pair}_${letter}`;
      return [
        ...["-n", `${number}:${2048 * number}:+512K`, "-c", `${number}:${label}`],
        ...["-t", `${number}:${side === 0 ? TYPES[pair] : INACTIVE}`],
        ...(BITS[label] ?? []).flatMap((bit) => ["-A", `${number}:set:${bit}`]),
      ];
    }),
  );
  run("sgdisk", [...words, path]);
  const bytes = readFileSync(path);
  for (const number of [5, 6]) bytes.write("ANDROID!", number * 2048 * 512, "latin1");
  writeFileSync(path, bytes);
}
beforeAll(() => makeEmmc(made));

interface Sfdisk {
  readonly partitiontable: {
    readonly partitions: readonly { name: string; type: string; uuid: string; attrs?: string }[];
  };
}

/** Name, type GUID and the attribute byte of each partition as sfdisk reads them. */
function bySfdisk(path: string): Record<string, [type: string, byte: string]> {
  const { partitions } = (JSON.parse(run("sfdisk", ["--json", path])) as Sfdisk).partitiontable;
  return Object.fromEntries(
    partitions.map(({ name, type, attrs = "" }) => {
      const bits = (/GUID:([\d,]+)/.exec(attrs)?.[1] ?? "").split(",").filter((bit) => bit !== "");
      const byte = bits.map(Number).reduce((sum, bit) => sum + (bit < 56 ? 2 ** (bit - 48) : 0), 0);
      return [name, [type.toLowerCase(), byte.toString(16)]];
    }),
  );
}

/** The same of one partition as sgdisk reads it. */
function bySgdisk(path: string, number: number): [type: string, byte: string] {
  const shown = run("sgdisk", ["-i", `${number}`, path]);
  const type = /GUID code: ([0-9A-F-]{36})/.exec(shown)?.[1] ?? "";
  const flags = /Attribute flags: ([0-9A-F]{16})/.exec(shown)?.[1] ?? "";
  return [type.toLowerCase(), Number((BigInt(`0x${flags}`) >> 48n) & 0xffn).toString(16)];
}

async function apply(path: string, change: Change, storage: "auto" | "ufs" = "auto") {
  const control = await openAndroidGpt({ disks: [path], storage, slots: SLOTS, freshTries: 7, booted: null });
  return control.apply(change);
}

const selectB = { kind: "select", slot: "b", once: false } as const;

test("a table that sgdisk made reads as sgdisk wrote it", async () => {
  const path = emmc("read.img");
  const control = await openAndroidGpt({
    ...{ disks: [path], storage: "auto", slots: SLOTS, freshTries: 7, booted: null },
  });
  const state = await control.read();
  expect(state).toMatchObject({ default: "a", problems: [] });
  expect(state.slots.map((slot) => [slot.health, slot.priority, slot.triesLeft, slot.successful])).toEqual([
    ["good", 3, 7, true],
    ["trying", 2, 3, false],
  ]);
  expect(bySgdisk(path, 5)).toEqual([TYPES.boot, "7f"]);
  expect(bySgdisk(path, 6)).toEqual([INACTIVE, "1a"]);
});

test("a full switch is what ABL's set_active leaves, as sfdisk and sgdisk read it, and both copies verify", async () => {
  const path = emmc("switch.img");
  const before = JSON.parse(run("sfdisk", ["--json", path])) as Sfdisk;
  expect(await apply(path, selectB)).toMatchObject({ default: "b", problems: [] });
  expect(bySfdisk(path)).toEqual({
    xbl_a: [INACTIVE, "0"],
    xbl_b: [TYPES.xbl, "4"],
    abl_a: [INACTIVE, "0"],
    abl_b: [TYPES.abl, "4"],
    boot_a: [INACTIVE, "7a"],
    boot_b: [TYPES.boot, "3f"],
    system_a: [INACTIVE, "0"],
    system_b: [TYPES.system, "4"],
  });
  for (const [i, [name, found]] of Object.entries(bySfdisk(path)).entries()) {
    expect(bySgdisk(path, i + 1), name).toEqual(found);
  }
  expect(sgdiskFaults(path)).toEqual([]);
  expect(run("sfdisk", ["--verify", path])).toMatch(/No errors detected/);
  const after = JSON.parse(run("sfdisk", ["--json", path])) as Sfdisk;
  const rest = (table: Sfdisk) => table.partitiontable.partitions.map(({ name, uuid }) => [name, uuid]);
  expect(rest(after)).toEqual(rest(before));
  expect(after.partitiontable.partitions[7]?.attrs).toBe("RequiredPartition GUID:50,60");
});

test("there and back puts type GUIDs and ACTIVE where they were", async () => {
  const path = emmc("back.img");
  await apply(path, selectB);
  await apply(path, { ...selectB, slot: "a" });
  const found = bySfdisk(path);
  expect(found.boot_a).toEqual([TYPES.boot, "7f"]);
  expect(found.boot_b).toEqual([INACTIVE, "3a"]);
  expect(found.xbl_a).toEqual([TYPES.xbl, "4"]);
  expect(sgdiskFaults(path)).toEqual([]);
});

describe("marks change one byte of one partition in the eyes of sgdisk:", () => {
  test.each<[string, Change, string, string]>([
    ["mark good", { kind: "mark-good", slot: "b" }, "boot_b", "5a"],
    ["mark bad", { kind: "mark-bad", slot: "a" }, "boot_a", "ff"],
    ["set tries", { kind: "set-tries", slot: "b", tries: 7 }, "boot_b", "3a"],
  ])("%s", async (name, change, partition, byte) => {
    const path = emmc(`${name}.img`);
    const before = bySfdisk(path);
    await apply(path, change);
    const type = before[partition]?.[0] ?? "";
    expect(bySfdisk(path)).toEqual({ ...before, [partition]: [type, byte] });
    expect(sgdiskFaults(path)).toEqual([]);
  });
});

test("asking the bootloader marks boot_a unbootable and boot_b successful, and touches no type GUID", async () => {
  const path = emmc("ask.img");
  const before = bySfdisk(path);
  expect(await apply(path, { ...selectB, via: "bootloader" })).toMatchObject({ default: "b" });
  expect(bySfdisk(path)).toEqual({ ...before, boot_a: [TYPES.boot, "ff"], boot_b: [INACTIVE, "5a"] });
  expect(sgdiskFaults(path)).toEqual([]);
});

test("an image with 4096-byte sectors is taken for UFS: marks are written, a full switch is refused", async () => {
  const path = join(folder, "ufs.img");
  writeFileSync(path, androidDisk({ sectorSize: 4096 }));
  const before = readFileSync(path);
  await expect(apply(path, selectB)).rejects.toMatchObject({ kind: "refused", exitCode: 4 });
  expect(readFileSync(path).equals(before)).toBe(true);
  expect((await apply(path, { kind: "mark-good", slot: "b" })).slots[1]).toMatchObject({ health: "good" });
  await withLoop(path, 4096, async (device) => {
    expect(bySfdisk(device).boot_b).toEqual([INACTIVE, "5a"]);
    expect(sgdiskFaults(device)).toEqual([]);
    await apply(device, { kind: "set-tries", slot: "b", tries: 1 });
    expect(bySgdisk(device, 6)).toEqual([INACTIVE, "a"]);
  });
});

test("the command line refuses the switch that could brick, names both safe ways, and takes one of them", () => {
  const path = join(folder, "command.img");
  writeFileSync(path, androidDisk({ sectorSize: 4096, boot: [0x7f, 0x3a] }));
  const before = readFileSync(path);
  const words = ["--disk", path, "--scheme", "android-gpt"];
  const refused = holdfast(["select", "b", ...words]);
  expect(refused.code).toBe(4);
  expect(refused.stderr).toMatch(/cannot be made the default in one piece/);
  expect(refused.stderr).toMatch(/holdfast select b --via bootloader.*fastboot set_active b/);
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(holdfast(["select", "b", "--via", "bootloader", ...words]).code).toBe(0);
  const status = JSON.parse(holdfast(["status", "--json", ...words]).stdout);
  expect(status).toMatchObject({ scheme: "android-gpt", counting: "bootloader", default: "b" });
  expect(status.capabilities).toContain("selectViaBootloader");
  expect(status.capabilities).not.toContain("select");
});
