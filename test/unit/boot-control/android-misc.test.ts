import { describe, expect, test } from "vitest";
import { AndroidMisc, type AndroidMiscOptions } from "../../../src/boot-control/android-misc.ts";
import { AVB_AB, BOOTLOADER_CONTROL, type MiscFormat } from "../../../src/boot-control/misc-format.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { craftAvbAb, craftControl, miscImage, signControl } from "../../fixtures/misc.ts";

const SLOTS = [
  { id: "a", index: 0 },
  { id: "b", index: 1 },
];
const selectB = { kind: "select", slot: "b", once: false } as const;
const goodB = { kind: "mark-good", slot: "b" } as const;
const AT = 2048;

function store(
  disk: MemoryDisk,
  options: Partial<AndroidMiscOptions> = {},
  format: MiscFormat = BOOTLOADER_CONTROL,
) {
  return new AndroidMisc(disk.open, format, {
    ...{ base: 0, size: disk.bytes.length, backupOffset: null, slots: SLOTS, freshTries: 7, booted: null },
    ...options,
  });
}

function disk(slots: readonly number[] = [0x7f, 0x7e]): MemoryDisk {
  return new MemoryDisk(miscImage(craftControl(slots)));
}

test("one sector is written, then flushed; nothing outside of the record changes", async () => {
  const one = disk();
  one.bytes.fill(0xa5, 0, AT).fill(0x5a, AT + 32);
  const before = Buffer.from(one.bytes);
  await store(one, { size: 4096 }).apply(selectB);
  expect(one.recorded.map((each) => (each === "flush" ? each : [each.offset, each.bytes.length]))).toEqual([
    [AT, 512],
    "flush",
  ]);
  expect(one.bytes.subarray(0, AT)).toEqual(before.subarray(0, AT));
  expect(one.bytes.subarray(AT + 32)).toEqual(before.subarray(AT + 32));
});

test("the record is found where the device shifts it to, and inside a whole disk", async () => {
  const shifted = new MemoryDisk(
    Buffer.concat([Buffer.alloc(7 * 512), miscImage(craftControl([0x7f, 0x7e]))]),
  );
  expect(await store(shifted, { base: 7 * 512 }).apply(selectB)).toMatchObject({ default: "b" });
});

test("a change that changes nothing writes nothing", async () => {
  const one = disk([0x9f, 0x7e]);
  await store(one).apply({ kind: "mark-good", slot: "a" });
  expect(one.recorded).toEqual([]);
});

test("a disk that loses writes is found out by reading back", async () => {
  const one = disk();
  one.loseWrites = true;
  await expect(store(one).apply(selectB)).rejects.toMatchObject({ kind: "notReadBack", exitCode: 5 });
});

test.each<[string, MiscFormat, Buffer]>([
  ["bootloader_control", BOOTLOADER_CONTROL, craftControl([0x7f, 0x7e])],
  ["AvbABData", AVB_AB, craftAvbAb([15, 7, 0], [14, 7, 0])],
])("damage to any byte of %s is a typed error, and nothing is written", async (_, format, record) => {
  for (let at = 0; at < 32; at++) {
    const one = new MemoryDisk(miscImage(record));
    one.bytes[AT + at] = (one.bytes[AT + at] ?? 0) ^ 0x10;
    await expect(store(one, {}, format).apply(selectB)).rejects.toMatchObject({
      kind: "badStore",
      message: expect.stringMatching(/^memory\.img at byte 2048: /),
    });
    expect(one.recorded).toEqual([]);
  }
});

test("a partition that ends too soon is a typed error", async () => {
  await expect(store(new MemoryDisk(Buffer.alloc(2050))).read()).rejects.toMatchObject({ kind: "badStore" });
});

describe("with a second copy", () => {
  const OFFSET = 0x1000;
  const twice = (slots: readonly number[] = [0x7f, 0x7e]) => {
    const one = disk(slots);
    craftControl([0x0f, 0xfe]).copy(one.bytes, AT + OFFSET);
    return one;
  };
  const backed = { backupOffset: OFFSET };

  test("the first counts, and both are written, the first one first", async () => {
    const one = twice();
    expect(await store(one, backed).apply(selectB)).toMatchObject({ default: "b", problems: [] });
    expect(one.writes.map(({ offset }) => offset)).toEqual([AT, AT + OFFSET]);
    expect(one.bytes.subarray(AT + OFFSET, AT + OFFSET + 32)).toEqual(one.bytes.subarray(AT, AT + 32));
  });

  test("a torn first copy is read from the second, shown, and not written over", async () => {
    const one = twice();
    one.bytes[AT + 12] = 0;
    const state = await store(one, backed).read();
    expect(state.default).toBe("b");
    expect(state.problems).toEqual([expect.stringMatching(/byte 2048: CRC is .*; the second copy is used/)]);
    await expect(store(one, backed).apply({ kind: "mark-bad", slot: "b" })).rejects.toMatchObject({
      kind: "refused",
      next: expect.stringMatching(/start the device once/),
    });
    expect(one.recorded).toEqual([]);
  });

  test("two torn copies are named both", async () => {
    const one = twice();
    one.bytes[AT] = 1;
    one.bytes[AT + OFFSET] = 1;
    await expect(store(one, backed).read()).rejects.toMatchObject({
      kind: "badStore",
      message: expect.stringMatching(/byte 2048: CRC .* byte 6144: CRC /),
    });
  });

  test("a first copy that is whole but of another kind is not replaced by the second, as in U-Boot", async () => {
    const one = twice();
    one.bytes[AT + 8] = 9;
    signControl(one.bytes.subarray(AT, AT + 32));
    await expect(store(one, backed).read()).rejects.toThrow(/version is 9/);
  });

  test("every prefix of the writes leaves the old or the new state", async () => {
    const before = twice();
    const after = new MemoryDisk(Buffer.from(before.bytes));
    const states = [await store(before, backed).read(), await store(after, backed).apply(selectB)];
    for (let count = 0; count <= after.writes.length; count++) {
      const torn = Buffer.from(before.bytes);
      for (const { offset, bytes } of after.writes.slice(0, count)) bytes.copy(torn, offset);
      expect(states).toContainEqual(await store(new MemoryDisk(torn), backed).read());
    }
  });
});

describe("an Android update in snapshots", () => {
  const updating = (status: number, source: number) => {
    const one = disk();
    Buffer.from([2, 0xb0, 0x0a, 0x74, 0x56, status, source]).copy(one.bytes, 32_768);
    return one;
  };

  test("that is being merged is shown, and no slot is switched", async () => {
    const one = updating(3, 0);
    expect((await store(one).read()).problems).toEqual([
      expect.stringMatching(/is being merged: do not switch/),
    ]);
    await expect(store(one).apply(selectB)).rejects.toMatchObject({ kind: "refused", exitCode: 4 });
    expect(one.recorded).toEqual([]);
    expect((await store(one).apply(goodB)).slots[1]).toMatchObject({ health: "good" });
  });

  test("that is being merged by bootloader_control's own word is shown, too", async () => {
    const one = disk();
    one.bytes[AT + 9] = 0x02 | (3 << 6);
    signControl(one.bytes.subarray(AT, AT + 32));
    await expect(store(one).apply(selectB)).rejects.toMatchObject({ kind: "refused" });
  });

  test("that waits is a warning while another slot runs than the one it was made from", async () => {
    const problems = async (booted: string | null) =>
      (await store(updating(2, 0), { booted }).read()).problems;
    expect(await problems("b")).toEqual([expect.stringMatching(/going back to slot a cancels it/)]);
    expect(await problems(null)).toHaveLength(1);
    expect(await problems("a")).toEqual([]);
  });
});

describe("a slot that dm-verity found corrupted", () => {
  const corrupted = () => {
    const one = disk([0xff, 0x7e]);
    one.bytes[AT + 13] = 1;
    signControl(one.bytes.subarray(AT, AT + 32));
    return one;
  };
  const selectA = { ...selectB, slot: "a" };

  test("is bad, also while it runs, and is no default", async () => {
    const state = await store(corrupted(), { booted: "a" }).read();
    expect(state).toMatchObject({ default: "b", slots: [{ health: "bad" }, { health: "trying" }] });
  });

  test("is not healed by marks, for it could not start all the same", async () => {
    const one = corrupted();
    for (const change of [
      { kind: "mark-good", slot: "a" } as const,
      { kind: "set-tries", slot: "a", tries: 3 } as const,
    ]) {
      await expect(store(one).apply(change)).rejects.toMatchObject({ kind: "refused" });
    }
    expect(one.recorded).toEqual([]);
  });

  test("can be chosen from another slot, and then may start again", async () => {
    expect(await store(corrupted(), { booted: "b" }).apply(selectA)).toMatchObject({ default: "a" });
    await expect(store(corrupted(), { booted: "a" }).apply(selectA)).rejects.toMatchObject({
      kind: "refused",
    });
  });
});

test("a slot that the record does not count is unknown, never bad, and takes no mark", async () => {
  const one = new MemoryDisk(miscImage(craftControl([0x7f])));
  const state = await store(one).read();
  expect(state.slots[1]).toMatchObject({ health: "unknown", priority: null, triesLeft: null });
  expect(state.problems).toEqual(["slot b: the store holds 1 slots only"]);
  await expect(store(one).apply(goodB)).rejects.toMatchObject({ kind: "noDevice" });
});

test("tries are the bootloader's to take", async () => {
  await expect(store(disk()).apply({ kind: "take-try", slot: "a" })).rejects.toMatchObject({
    kind: "refused",
  });
});

test("a state that libavb calls illegal, confirmed with tries left, is bad until it is marked", async () => {
  const one = new MemoryDisk(miscImage(craftAvbAb([15, 3, 1], [14, 0, 1])));
  expect(await store(one, {}, AVB_AB).read()).toMatchObject({
    default: "b",
    slots: [{ health: "bad" }, { health: "good" }],
  });
  const state = await store(one, {}, AVB_AB).apply({ ...selectB, slot: "a" });
  expect(state).toMatchObject({
    default: "a",
    slots: [{ health: "trying", triesLeft: 7 }, { priority: 14 }],
  });
});
