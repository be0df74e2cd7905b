import { describe, expect, test } from "vitest";
import { AndroidGpt, type AndroidGptOptions } from "../../../src/boot-control/android-gpt.ts";
import { inferredSlot } from "../../../src/boot-control/android-view.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import type { Change } from "../../../src/domain/slot.ts";
import { withDisk } from "../../../src/linux/disk.ts";
import { readGptTable } from "../../../src/linux/gpt-table.ts";
import { type AndroidDisk, androidDisk, INACTIVE, TYPES } from "../../fixtures/android.ts";
import { resign } from "../../fixtures/gpt.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { Random } from "../../fixtures/random.ts";

const SLOTS = [
  { id: "a", suffix: "_a" },
  { id: "b", suffix: "_b" },
] as const;
const selectB = { kind: "select", slot: "b", once: false } as const;
const askB = { ...selectB, via: "bootloader" } as const;

function store(disks: readonly MemoryDisk[], options: Partial<AndroidGptOptions> = {}): AndroidGpt {
  const openers = disks.map((disk) => disk.open);
  return new AndroidGpt(openers, { slots: SLOTS, storage: "emmc", freshTries: 7, booted: null, ...options });
}

const disk = (options: AndroidDisk = {}) => new MemoryDisk(androidDisk(options));

async function entries(of: MemoryDisk) {
  const table = await withDisk(of.open, "read", readGptTable);
  return table.truth.entries.map(({ name, type, attributes }) => {
    return [name, type, Number((attributes >> 48n) & 0xffn).toString(16)];
  });
}

test("each health has its bits", async () => {
  const healths = async (a: number, b: number, booted: string | null = null) =>
    (await store([disk({ boot: [a, b] })], { booted }).read()).slots.map((slot) => slot.health);
  expect(await healths(0x7f, 0x3a)).toEqual(["good", "trying"]);
  expect(await healths(0xff, 0x02)).toEqual(["bad", "bad"]);
  expect(await healths(0x07, 0x02, "a")).toEqual(["trying", "bad"]);
  expect(await healths(0x87, 0x02, "a")).toEqual(["bad", "bad"]);
  expect(await healths(0x00, 0x00)).toEqual(["trying", "bad"]);
});

test("a slot whose boot partition holds nothing is empty and cannot be chosen", async () => {
  for (const content of ["\0", "\xff".repeat(2048)]) {
    const blank = disk({ content });
    expect((await store([blank]).read()).slots.map((slot) => slot.health)).toEqual(["empty", "empty"]);
    for (const change of [selectB, askB]) {
      await expect(store([blank]).apply(change)).rejects.toMatchObject({
        kind: "refused",
        message: expect.stringMatching(/boot_b is empty/),
      });
    }
    expect(blank.recorded).toEqual([]);
  }
});

describe("a full switch", () => {
  test("swaps the type GUIDs of every pair, moves ACTIVE and writes what ABL writes", async () => {
    const one = disk({ boot: [0x7f, 0x00] });
    expect(await store([one]).apply(selectB)).toMatchObject({ default: "b", problems: [] });
    expect(await entries(one)).toEqual([
      ["xbl_a", INACTIVE, "0"],
      ["xbl_b", TYPES.xbl, "4"],
      ["abl_a", INACTIVE, "0"],
      ["abl_b", TYPES.abl, "4"],
      ["boot_a", INACTIVE, "7a"],
      ["boot_b", TYPES.boot, "3f"],
      ["system_a", INACTIVE, "0"],
      ["system_b", TYPES.system, "4"],
    ]);
  });

  test("there and back leaves the GUIDs as they were", async () => {
    const one = disk({ boot: [0x7f, 0x7a] });
    const before = await entries(one);
    await store([one]).apply(selectB);
    await store([one]).apply({ ...selectB, slot: "a" });
    expect(await entries(one)).toEqual(before);
  });

  test("to the slot that is active swaps nothing and gives it fresh tries", async () => {
    const one = disk({ boot: [0x87, 0x02] });
    await store([one]).apply({ ...selectB, slot: "a" });
    const found = await entries(one);
    expect(found.filter(([name]) => name?.startsWith("boot"))).toEqual([
      ["boot_a", TYPES.boot, "3f"],
      ["boot_b", INACTIVE, "2"],
    ]);
  });

  test("leaves the old or the new table and a valid copy, at every write and every torn sector", async () => {
    const before = androidDisk({ boot: [0x7f, 0x00] });
    const one = new MemoryDisk(Buffer.from(before));
    await store([one]).apply(selectB);
    const both = [await entries(new MemoryDisk(before)), await entries(one)];
    const done = Buffer.from(before);
    for (const { offset, bytes } of one.writes) {
      for (let cut = 0; cut <= bytes.length; cut += 512) {
        const torn = Buffer.from(done);
        bytes.copy(torn, offset, 0, cut);
        expect(both).toContainEqual(await entries(new MemoryDisk(torn)));
      }
      bytes.copy(done, offset);
    }
    expect(one.writes.length).toBeGreaterThan(2);
  });
});

const FREE = { number: 20, first: 200, last: 203 };

describe("a switch that could brick is refused, nothing is written, and both safe ways are named:", () => {
  test.each<[string, AndroidDisk, RegExp]>([
    ["a partition without twin", { more: [{ ...FREE, name: "dsp_b" }] }, /partition dsp_b has no twin/],
    ["no active slot", { boot: [0x3b, 0x3a] }, /no slot is marked active/],
    ["a mark of the bootloader's own", { more: [{ ...FREE, name: "misc_boot" }] }, /misc_boot/],
    ["GUIDs that are half switched", { active: 1 }, /pair xbl has its type GUIDs the other way round/],
    ["a name that is there twice", { more: [{ ...FREE, name: "abl_a" }] }, /two partitions are called abl_a/],
  ])("%s", async (_, options, reason) => {
    const one = disk(options);
    await expect(store([one]).apply(selectB)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(reason),
      next: expect.stringMatching(/holdfast select b --via bootloader.*fastboot set_active b/),
    });
    expect(one.recorded).toEqual([]);
  });

  test("a torn table", async () => {
    const one = disk();
    one.bytes.fill(0, 512, 1024);
    await expect(store([one]).apply(selectB)).rejects.toMatchObject({
      kind: "refused",
      next: expect.stringMatching(/--via bootloader/),
    });
    expect(one.recorded).toEqual([]);
  });

  test("UFS, whose boot LUN is out of reach", async () => {
    const one = disk({ sectorSize: 4096 });
    const control = store([one], { storage: "ufs" });
    expect(control.capabilities.has("select")).toBe(false);
    await expect(control.apply(selectB)).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/boot LUN/),
      next: expect.stringMatching(/--via bootloader.*fastboot set_active b/),
    });
    expect(one.recorded).toEqual([]);
  });

  test("several disks, even where they are called eMMC", async () => {
    const disks = [disk({ pairs: ["xbl"] }), disk({ pairs: ["abl", "boot"] })];
    await expect(store(disks).apply(selectB)).rejects.toMatchObject({ kind: "refused" });
    expect(disks.flatMap((each) => each.recorded)).toEqual([]);
  });

  test("once, which the scheme cannot store", async () => {
    await expect(store([disk()]).apply({ ...selectB, once: true })).rejects.toMatchObject({
      kind: "refused",
    });
  });
});

describe("several disks of a UFS device", () => {
  const luns = (sectorSize = 4096) => [
    disk({ pairs: ["xbl"], sectorSize }),
    disk({ pairs: ["abl", "boot", "system"], boot: [0x7f, 0x3a], sectorSize }),
  ];
  const ufs = { storage: "ufs" } as const;

  test.each([512, 4096])("are read together with %d-byte sectors", async (sectorSize) => {
    const state = await store(luns(sectorSize), ufs).read();
    expect(state).toMatchObject({ default: "a", problems: [] });
    expect(state.slots.map((slot) => slot.health)).toEqual(["good", "trying"]);
  });

  test("take marks, and only the disk with boot_a and boot_b is written", async () => {
    const disks = luns();
    for (const kind of ["mark-good", "mark-bad"] as const) await store(disks, ufs).apply({ kind, slot: "b" });
    await store(disks, ufs).apply({ kind: "set-tries", slot: "b", tries: 2 });
    expect((await store(disks, ufs).read()).slots[1]).toMatchObject({ health: "trying", triesLeft: 2 });
    expect(disks[0]?.recorded).toEqual([]);
  });

  test("let the bootloader switch: marks in one table, from which ABL itself goes to the other slot", async () => {
    const disks = luns();
    const before = await entries(disks[1] as MemoryDisk);
    const state = await store(disks, ufs).apply(askB);
    expect(state.default).toBe("b");
    const after = await entries(disks[1] as MemoryDisk);
    const changed = after.filter((entry, i) => String(entry) !== String(before[i]));
    expect(changed).toEqual([
      ["boot_a", TYPES.boot, "ff"],
      ["boot_b", INACTIVE, "7a"],
    ]);
    expect(disks[0]?.recorded).toEqual([]);
  });

  test("one that cannot be read is a problem, and marks are still taken", async () => {
    const disks = [new MemoryDisk(Buffer.alloc(1 << 20)), ...luns()];
    const state = await store(disks, ufs).apply({ kind: "mark-good", slot: "b" });
    expect(state.problems).toEqual([expect.stringMatching(/has no GPT/)]);
    expect(state.slots[1]).toMatchObject({ health: "good" });
  });

  test("without boot_a and boot_b say so, and what could not be read", async () => {
    const lost = new MemoryDisk(Buffer.alloc(1 << 20));
    await expect(store([disk({ pairs: ["xbl"] }), lost], ufs).read()).rejects.toMatchObject({
      kind: "badStore",
    });
    await expect(store([disk({ pairs: ["xbl"] })], ufs).read()).rejects.toMatchObject({
      kind: "noDevice",
      next: expect.stringMatching(/every LUN/),
    });
  });

  test("with two boot partitions of one name are no store at all", async () => {
    await expect(store([disk(), disk()], ufs).read()).rejects.toMatchObject({
      kind: "badStore",
      message: expect.stringMatching(/two partitions are called boot_a/),
    });
  });
});

test("letting the bootloader switch is refused where it would not follow", async () => {
  const one = disk({ boot: [0x3b, 0x3a] });
  await expect(store([one]).apply(askB)).rejects.toMatchObject({
    kind: "refused",
    next: expect.stringMatching(/fastboot set_active b/),
  });
  expect(one.recorded).toEqual([]);
});

test("a slot that ABL refuses for its GUIDs is no default, and the problems say why", async () => {
  const state = await store([disk({ boot: [0x3a, 0x3f] })]).read();
  expect(state.default).toBeNull();
  expect(state.problems.join()).toMatch(/boot_b and abl_b have the same type GUID/);
  expect(state.problems.join()).toMatch(/pair xbl has its type GUIDs the other way round/);
});

test("the active slot is inferred from the table where nobody says which one runs", async () => {
  const inferred = async (options: AndroidDisk) =>
    inferredSlot((await withDisk(disk(options).open, "read", readGptTable)).truth.entries);
  expect(await inferred({ boot: [0x3a, 0x3f] })).toBe("_b");
  expect(await inferred({ boot: [0x3b, 0x3a] })).toBeNull();
  expect(await inferred({ pairs: ["xbl"] })).toBeNull();
});

describe("an Android update in snapshots", () => {
  /** A disk whose misc partition says so; the state and the slot that the update was made from. */
  const updating = (status: number) => {
    const one = disk({ boot: [0x7f, 0x7a], more: [{ number: 20, name: "misc", first: 110, last: 200 }] });
    Buffer.from([2, 0xb0, 0x0a, 0x74, 0x56, status, 0]).copy(one.bytes, 110 * 512 + 32_768);
    return one;
  };

  test("that is being merged is shown, and neither way of switching is taken", async () => {
    const one = updating(3);
    expect((await store([one]).read()).problems).toEqual([expect.stringMatching(/is being merged/)]);
    for (const change of [selectB, askB]) {
      await expect(store([one]).apply(change)).rejects.toMatchObject({
        kind: "refused",
        message: expect.stringMatching(/is being merged/),
      });
    }
    expect(one.recorded).toEqual([]);
  });

  test("that waits is shown, and a person may still choose", async () => {
    const one = updating(2);
    expect((await store([one], { booted: "b" }).read()).problems).toEqual([
      expect.stringMatching(/going back to slot a cancels it/),
    ]);
    expect(await store([one], { booted: "b" }).apply(selectB)).toMatchObject({ default: "b" });
  });
});

test("a mark that is there already writes nothing", async () => {
  const one = disk({ boot: [0x7f, 0x3a] });
  await store([one]).apply({ kind: "mark-good", slot: "a" });
  expect(one.recorded).toEqual([]);
});

const ROUNDS = process.env.HOLDFAST_TEST_ALL === undefined ? 2000 : 200_000;
const CHANGES: readonly Change[] = [
  selectB,
  askB,
  { kind: "mark-good", slot: "b" },
  { kind: "mark-bad", slot: "a" },
];

test(`${ROUNDS} damaged tables end in a typed error and no write, or in a whole change`, async () => {
  const random = new Random(7);
  const ends = { refused: 0, changed: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = androidDisk({ boot: [random.below(256), random.below(256)] });
    for (let hits = random.below(4); hits > 0; hits--) {
      bytes[random.pick([512, 1024, 255 * 512, 223 * 512]) + random.below(1024)] = random.below(256);
    }
    if (round % 2 === 0) for (const role of ["primary", "backup"] as const) resign(bytes, role);
    const one = new MemoryDisk(bytes);
    try {
      await store([one]).apply(random.pick(CHANGES));
      ends.changed++;
    } catch (error) {
      expect(error, `round ${round}`).toBeInstanceOf(HoldfastError);
      expect(one.recorded, `round ${round}`).toEqual([]);
      ends.refused++;
    }
  }
  expect(Math.min(ends.refused, ends.changed)).toBeGreaterThan(ROUNDS / 20);
}, 1_800_000);
