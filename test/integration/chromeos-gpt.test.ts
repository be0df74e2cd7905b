import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openBootControl } from "../../src/boot-control/open.ts";
import { configSchema } from "../../src/config/schema.ts";
import type { Change } from "../../src/domain/slot.ts";
import { craftDisk } from "../fixtures/gpt.ts";
import { Random } from "../fixtures/random.ts";
import { cgptCounters, change, run, sgdiskFaults, storeOf, withLoop } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-gpt-"));
const file = (name: string) => join(folder, name);
const made = file("cgpt.img");
afterAll(() => rmSync(folder, { recursive: true }));

const PARTITIONS = [
  ["1", "kernel", "KERN-A", "-P2", "-T0", "-S1"],
  ["2", "rootfs", "ROOT-A"],
  ["3", "kernel", "KERN-B", "-P1", "-T6", "-S0"],
  ["4", "rootfs", "ROOT-B"],
  ["5", "kernel", "KERN-C", "-P0", "-T0", "-S0"],
];

beforeAll(() => {
  writeFileSync(made, "");
  truncateSync(made, 16 << 20);
  run("cgpt", ["create", made]);
  run("cgpt", ["boot", "-p", made]);
  PARTITIONS.forEach(([number, type, label, ...flags], i) => {
    const where = ["-b", `${2048 + i * 1024}`, "-s", "1024"];
    run("cgpt", ["add", "-i", `${number}`, "-t", `${type}`, "-l", `${label}`, ...where, ...flags, made]);
  });
});

/** A copy of the image that cgpt made. */
function copy(name: string): string {
  copyFileSync(made, file(name));
  return file(name);
}

test("an image made by cgpt reads as cgpt wrote it", async () => {
  const { slots, ...rest } = await (await storeOf(made)).read();
  const told = slots.map((slot) => [slot.priority, slot.triesLeft, Number(slot.successful)]);
  expect(told).toEqual([1, 3, 5].map((number) => cgptCounters(made, number)));
  expect(slots.map((slot) => slot.health)).toEqual(["good", "trying", "bad"]);
  expect(rest).toEqual({ default: "1", once: null, problems: [] });
});

describe("each change leaves the very bytes that cgpt leaves", () => {
  test.each<[string, Change, string[][]]>([
    ["select", { kind: "select", slot: "3", once: false }, [["prioritize", "-i3"]]],
    [
      "select of a bad slot",
      { kind: "select", slot: "5", once: false },
      [
        ["add", "-i5", "-T3"],
        ["prioritize", "-i5"],
      ],
    ],
    ["mark good", { kind: "mark-good", slot: "3" }, [["add", "-i3", "-S1", "-T0"]]],
    ["mark bad", { kind: "mark-bad", slot: "1" }, [["add", "-i1", "-S0", "-T0", "-P0"]]],
    ["set tries", { kind: "set-tries", slot: "1", tries: 15 }, [["add", "-i1", "-S0", "-T15"]]],
    ["take a try", { kind: "take-try", slot: "3" }, [["add", "-i3", "-T5"]]],
  ])("%s", async (name, what, commands) => {
    const ours = copy(`ours-${name}.img`);
    const theirs = copy(`theirs-${name}.img`);
    await change(ours, what);
    for (const [verb, ...flags] of commands) run("cgpt", [`${verb}`, ...flags, theirs]);
    expect(run("cgpt", ["show", "-v", ours])).toBe(run("cgpt", ["show", "-v", theirs]));
    expect(readFileSync(ours).equals(readFileSync(theirs))).toBe(true);
    expect(sgdiskFaults(ours)).toEqual([]);
  });
});

test("a good mark on the last try restores the priority, and cgpt finds the slot first again", async () => {
  const disk = copy("last-try.img");
  await change(disk, { kind: "select", slot: "3", once: false });
  for (let tries = 6; tries > 0; tries--) await change(disk, { kind: "take-try", slot: "3" });
  expect(cgptCounters(disk, 3)).toEqual([0, 0, 0]);
  const state = await change(disk, { kind: "mark-good", slot: "3" }, "3");
  expect(state.default).toBe("3");
  const [priority, tries, successful] = cgptCounters(disk, 3);
  expect([tries, successful]).toEqual([0, 1]);
  expect(priority).toBeGreaterThan(cgptCounters(disk, 1)[0]);
});

test("select equals cgpt prioritize on 150 random tables", async () => {
  const random = new Random(1);
  for (let round = 0; round < 150; round++) {
    const kernels = 2 + random.below(round % 10 === 0 ? 17 : 5);
    const words = Array.from(
      { length: kernels },
      () => random.below(16) | (random.pick([0x10, 0x100]) as number),
    );
    const entries = words.map((word, i) => ({ number: i + 1, name: `K${i}`, word }));
    const bytes = craftDisk({ entries });
    const [ours, theirs] = [file("ours.img"), file("theirs.img")];
    for (const path of [ours, theirs]) writeFileSync(path, bytes);
    const chosen = 1 + random.below(kernels);
    await change(ours, { kind: "select", slot: `${chosen}`, once: false });
    run("cgpt", ["prioritize", "-i", `${chosen}`, theirs]);
    const label = `round ${round}: ${words.map((word) => word.toString(16))} select ${chosen}`;
    expect(readFileSync(ours).equals(readFileSync(theirs)), label).toBe(true);
  }
});

test("a torn primary is read from the backup, refused, and taken again after cgpt repair", async () => {
  const disk = copy("torn.img");
  const bytes = readFileSync(disk);
  writeFileSync(disk, bytes.fill(0, 512, 1024));
  const what = { kind: "select", slot: "3", once: false } as const;
  expect((await (await storeOf(disk)).read()).problems).toHaveLength(1);
  await expect(change(disk, what)).rejects.toMatchObject({ kind: "refused" });
  expect(readFileSync(disk).equals(bytes)).toBe(true);
  run("cgpt", ["repair", disk]);
  expect(await change(disk, what)).toMatchObject({ default: "3", problems: [] });
});

const KERNEL = "FE3A2A5D-4F32-41A7-B725-ACCC3285A309";
const LAYOUT = `label: gpt
size=1MiB, type=${KERNEL}, name=kernel_a, attrs="RequiredPartition GUID:49,53"
size=2MiB, type=3CB8E202-3B7E-47DD-8A3C-7FF2A13CFCEC, name=system_a
size=1MiB, type=${KERNEL}, name=kernel_b, attrs="GUID:48,56,60"
size=2MiB, type=3CB8E202-3B7E-47DD-8A3C-7FF2A13CFCEC, name=system_b
`;

interface SfdiskTable {
  readonly partitiontable: {
    readonly partitions: { readonly attrs?: string }[];
    readonly sectorsize: number;
  };
}

/** Reads and changes a table that sfdisk made at `disk`, with sfdisk and sgdisk as judges. */
async function judgeBySfdisk(disk: string, sectorSize: number): Promise<void> {
  run("sfdisk", ["--quiet", disk], LAYOUT);
  const { slots } = await (await storeOf(disk)).read();
  expect(slots.map((slot) => [slot.priority, slot.triesLeft, slot.successful])).toEqual([
    [2, 2, false],
    [1, 0, true],
  ]);
  const before = JSON.parse(run("sfdisk", ["--json", disk])) as SfdiskTable;
  await change(disk, { kind: "set-tries", slot: "1", tries: 9 });
  await change(disk, { kind: "select", slot: "3", once: false });
  const after = JSON.parse(run("sfdisk", ["--json", disk])) as SfdiskTable;
  expect(after.partitiontable.sectorsize).toBe(sectorSize);
  const attrs = (table: SfdiskTable) => table.partitiontable.partitions.map((each) => each.attrs);
  expect(attrs(before)).toEqual(["RequiredPartition GUID:49,53", undefined, "GUID:48,56,60", undefined]);
  expect(attrs(after)).toEqual(["RequiredPartition GUID:48,52,55", undefined, "GUID:49,56,60", undefined]);
  const withoutAttrs = (table: SfdiskTable) => JSON.stringify(table).replace(/,"attrs":"[^"]*"/g, "");
  expect(withoutAttrs(after)).toBe(withoutAttrs(before));
  expect(run("sfdisk", ["--verify", disk])).toMatch(/No errors detected/);
  expect(sgdiskFaults(disk)).toEqual([]);
  expect(cgptCounters(disk, 1)).toEqual([1, 9, 0]);
}

test("sfdisk and sgdisk agree with what is read and written in a table that sfdisk made", async () => {
  const disk = file("sfdisk.img");
  writeFileSync(disk, "");
  truncateSync(disk, 16 << 20);
  await judgeBySfdisk(disk, 512);
});

test("4096-byte sectors are read and written, on a loop device where one can be had, and in its image", async () => {
  const image = file("4096.img");
  writeFileSync(image, craftDisk({ sectorSize: 4096, sectors: 4096 }));
  await withLoop(image, 4096, (device) => judgeBySfdisk(device, 4096));
  const before = await (await storeOf(image)).read();
  const state = await change(image, { kind: "mark-bad", slot: "3" });
  expect(before.problems).toEqual([]);
  expect(state).toMatchObject({ default: "1", problems: [] });
  await withLoop(image, 4096, async (device) => {
    expect(cgptCounters(device, 3)).toEqual([0, 0, 0]);
    expect(await (await storeOf(device)).read()).toEqual(state);
  });
});

describe("the layout of Flatcar, whose GRUB reads the same bits of its /usr partitions", () => {
  const FLATCAR_USR = "5dfbf5f4-2848-4bac-aa5e-0d9a20b745a6";
  const disk = file("flatcar.img");
  beforeAll(() => {
    writeFileSync(disk, "");
    truncateSync(disk, 16 << 20);
    run("cgpt", ["create", disk]);
    const partitions = [
      ["3", "USR-A", "-P1", "-T0", "-S1"],
      ["4", "USR-B", "-P2", "-T1", "-S0"],
    ];
    for (const [number = "", label = "", ...flags] of partitions) {
      const where = ["-b", `${2048 * Number(number)}`, "-s", "1024"];
      run("cgpt", ["add", "-i", number, "-t", FLATCAR_USR, "-l", label, ...where, ...flags, disk]);
    }
  });
  const open = (commandLine: string) => {
    const given = { config: configSchema().parse({}), disk, scheme: null, booted: null };
    return openBootControl({ ...given, commandLine, machine: null });
  };

  test("is shown with its counters, as cgpt reads them", async () => {
    const { control, discovery } = await open("");
    const { slots, default: chosen } = await control.read();
    expect(discovery.chosen?.found).toBe(`2 /usr partitions of Flatcar on ${disk}`);
    const told = slots.map((slot) => [slot.id, slot.priority, slot.triesLeft, Number(slot.successful)]);
    expect(told).toEqual([
      ["a", ...cgptCounters(disk, 3)],
      ["b", ...cgptCounters(disk, 4)],
    ]);
    expect([slots.map(({ health }) => health), chosen]).toEqual([["good", "trying"], "b"]);
  });

  test("is chosen by those bits, and what GRUB started is known by mount.usr=", async () => {
    const guid = run("cgpt", ["show", "-i", "3", "-u", disk]).trim();
    const { control, bootedByBootloader } = await open(`mount.usr=PARTUUID=${guid}`);
    expect([bootedByBootloader, control.counting]).toEqual(["a", "bootloader"]);
    await control.apply({ kind: "select", slot: "a", once: false });
    expect(cgptCounters(disk, 3)[0]).toBeGreaterThan(cgptCounters(disk, 4)[0]);
  });
});
