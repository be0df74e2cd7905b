import { describe, expect, test } from "vitest";
import { ChromeosGpt } from "../../../src/boot-control/chromeos-gpt.ts";
import { updateGpt } from "../../../src/boot-control/gpt-store.ts";
import { withDisk } from "../../../src/linux/disk.ts";
import { type GptTable, readGptTable } from "../../../src/linux/gpt-table.ts";
import { type CraftedDisk, craftDisk, craftedGuid, resign, TWO_SLOTS } from "../../fixtures/gpt.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { tornDisks } from "../../fixtures/torn.ts";

const slots = [
  { id: "a", guid: craftedGuid(1), problem: null },
  { id: "b", guid: craftedGuid(3), problem: null },
];

function control(disk: MemoryDisk, booted: string | null = null): ChromeosGpt {
  return new ChromeosGpt(disk.open, { slots, counting: "holdfast", freshTries: 3, booted });
}

function table(bytes: Buffer): Promise<GptTable> {
  return withDisk(new MemoryDisk(bytes).open, "read", readGptTable);
}

const selectB = { kind: "select", slot: "b", once: false } as const;

/** Entries far apart, so that one change touches several sectors of the array. */
const SPREAD = [
  { number: 1, name: "KERN-A", word: 0x0032 },
  { number: 3, name: "KERN-B", word: 0x0101, first: 80, last: 81 },
  { number: 30, name: "KERN-C", word: 0x0104, first: 90, last: 91 },
];

describe.each<[string, CraftedDisk]>([
  ["a header with its array right behind it", {}],
  ["several sectors of entries", { entries: SPREAD }],
  ["an array apart from its header", { arrayLba: 10 }],
  ["4096-byte sectors", { sectorSize: 4096, sectors: 64, entries: TWO_SLOTS }],
])("power lost while writing, with %s", (_, layout) => {
  test("leaves the old or the new state and a valid copy, at every write and every torn sector", async () => {
    const before = craftDisk(layout);
    const disk = new MemoryDisk(Buffer.from(before));
    await control(disk).apply(selectB);
    const oldArray = (await table(before)).truth.array;
    const newArray = (await table(disk.bytes)).truth.array;
    expect(newArray.equals(oldArray)).toBe(false);
    let seen = 0;
    for (const bytes of tornDisks(before, disk)) {
      const found = await table(bytes);
      const isOld = found.truth.array.equals(oldArray);
      expect(isOld || found.truth.array.equals(newArray)).toBe(true);
      seen++;
    }
    expect(seen).toBeGreaterThan(4);
  });
});

test("the backup goes first, each part is flushed, and only sectors that differ are written", async () => {
  const disk = new MemoryDisk(craftDisk());
  await control(disk).apply(selectB);
  const steps = disk.recorded.map((each) => (each === "flush" ? each : [each.offset, each.bytes.length]));
  const last = 255 * 512;
  expect(steps).toEqual([[last - 32 * 512, 512], "flush", [last, 512], "flush", [512, 1024], "flush"]);
});

test("an array apart from its header is written and flushed before it", async () => {
  const disk = new MemoryDisk(craftDisk({ arrayLba: 10 }));
  await control(disk).apply(selectB);
  expect(disk.recorded.slice(4).map((each) => (each === "flush" ? each : each.offset))).toEqual([
    10 * 512,
    "flush",
    512,
    "flush",
  ]);
});

test("only attributes and CRCs change on the whole disk", async () => {
  const before = craftDisk();
  const disk = new MemoryDisk(Buffer.from(before));
  await control(disk).apply({ kind: "take-try", slot: "a" });
  const changed = [...before.keys()].filter((at) => before[at] !== disk.bytes[at]);
  const backup = 255 * 512;
  const crcs = [16, 17, 18, 19, 88, 89, 90, 91].flatMap((at) => [512 + at, backup + at]);
  const attributes = [1024 + 54, backup - 32 * 512 + 54];
  expect(changed.filter((at) => !crcs.includes(at))).toEqual(attributes);
});

test("a change that changes nothing writes nothing", async () => {
  const disk = new MemoryDisk(craftDisk());
  await control(disk).apply({ kind: "mark-good", slot: "b" });
  await control(disk).apply({ kind: "select", slot: "a", once: false });
  expect(disk.recorded).toEqual([]);
});

test("a disk that loses writes is found out by reading back", async () => {
  const disk = new MemoryDisk(craftDisk());
  disk.loseWrites = true;
  await expect(control(disk).apply(selectB)).rejects.toMatchObject({ kind: "notReadBack", exitCode: 5 });
});

describe.each(["primary", "backup"] as const)("a bad %s copy", (role) => {
  const broken = () => {
    const bytes = craftDisk();
    bytes.fill(0xee, role === "primary" ? 512 : 255 * 512, role === "primary" ? 1024 : 256 * 512);
    return new MemoryDisk(bytes);
  };

  test("is named in the problems while the other copy is read", async () => {
    const state = await control(broken()).read();
    expect(state).toMatchObject({ default: "a" });
    expect(state.problems).toEqual([expect.stringMatching(`${role} GPT header at byte .* signature is`)]);
  });

  test("makes every change refused, and nothing is written", async () => {
    const disk = broken();
    await expect(control(disk).apply(selectB)).rejects.toMatchObject({
      kind: "refused",
      next: expect.stringMatching(/repair/),
    });
    expect(disk.recorded).toEqual([]);
  });
});

test("a backup that is not at the end of a larger disk is explained", async () => {
  const disk = new MemoryDisk(Buffer.concat([craftDisk(), Buffer.alloc(512 * 100)]));
  expect((await control(disk).read()).problems).toEqual([
    expect.stringMatching(
      /backup GPT header at byte 181760: signature is 0{16}, .* expects it at LBA 255, was the image copied to a larger/,
    ),
  ]);
  await expect(control(disk).apply(selectB)).rejects.toMatchObject({ kind: "refused" });
  expect(disk.recorded).toEqual([]);
});

describe("two valid copies that differ", () => {
  const differing = () => {
    const bytes = craftDisk();
    bytes[1024 + 54] = 0x15;
    resign(bytes, "primary");
    return new MemoryDisk(bytes);
  };

  test("are read from the primary, and the problems say so", async () => {
    const state = await control(differing()).read();
    expect(state.slots[0]).toMatchObject({ priority: 5, triesLeft: 1 });
    expect(state.problems).toEqual([
      expect.stringMatching(/copies of the GPT differ \(entries\); the primary/),
    ]);
  });

  test("agree again after the next change", async () => {
    const state = await control(differing()).apply(selectB);
    expect(state).toMatchObject({ default: "b", problems: [] });
  });

  test("are not written when they differ in more than entries", async () => {
    const bytes = craftDisk();
    bytes[512 + 56] = 0;
    resign(bytes, "primary");
    const disk = new MemoryDisk(bytes);
    await expect(control(disk).apply(selectB)).rejects.toMatchObject({ kind: "refused" });
    expect(disk.recorded).toEqual([]);
  });
});

describe("a disk that cannot be read", () => {
  test.each<[string, Buffer, RegExp]>([
    [
      "has no GPT",
      Buffer.alloc(1 << 20),
      /memory\.img \(1048576 bytes\) has no GPT: no "EFI PART" at byte 512/,
    ],
    ["is empty", Buffer.alloc(0), /memory\.img \(0 bytes\) has no GPT/],
    [
      "was cut short",
      craftDisk().subarray(0, 200 * 512),
      /last usable LBA is 222, but the disk ends after LBA 199/,
    ],
    ["has bytes behind its end", Buffer.concat([craftDisk(), Buffer.alloc(100)]), /^$/],
  ])("because it %s says so", async (_, bytes, expected) => {
    const read = table(bytes).then(
      () => "",
      (error: Error) => error.message,
    );
    expect(await read).toMatch(expected);
  });

  test("names what is wrong with both copies and is not written", async () => {
    const bytes = craftDisk();
    bytes.fill(1, 1024, 2048);
    bytes.fill(2, 255 * 512);
    const disk = new MemoryDisk(bytes);
    const failure = updateGpt(disk.open, (array) => array.fill(0));
    await expect(failure).rejects.toMatchObject({
      kind: "badStore",
      message: expect.stringMatching(/primary .*entry array at byte 1024 .*; .*backup .*signature/),
    });
    expect(disk.recorded).toEqual([]);
  });
});

test("the sector size of an image is that of its table, also when the primary header is gone", async () => {
  for (const sectorSize of [512, 4096]) {
    const bytes = craftDisk({ sectorSize });
    expect((await table(bytes)).geometry.sectorSize).toBe(sectorSize);
    bytes.fill(0, sectorSize, 2 * sectorSize);
    expect(await table(bytes)).toMatchObject({ geometry: { sectorSize }, primary: null });
  }
});
