import { describe, expect, test } from "vitest";
import { planRepairOf, repairGpt } from "../../../src/boot-control/gpt-repair.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { withDisk } from "../../../src/linux/disk.ts";
import { readGptTable } from "../../../src/linux/gpt-table.ts";
import { craftDisk, resign } from "../../fixtures/gpt.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { Random } from "../../fixtures/random.ts";
import { tornDisks } from "../../fixtures/torn.ts";

const table = (bytes: Buffer) => withDisk(new MemoryDisk(bytes).open, "read", readGptTable);

/** A way in which one copy can be lost; answers the damaged disk. */
type Damage = (bytes: Buffer, sectorSize: number) => void;
const DAMAGES: [string, "primary" | "backup", Damage][] = [
  ["primary header", "primary", (bytes, size) => bytes.fill(0, size, 2 * size)],
  ["primary entries", "primary", (bytes, size) => bytes.fill(0xee, 2 * size, 2 * size + 64)],
  ["backup header", "backup", (bytes, size) => bytes.fill(0, bytes.length - size)],
  [
    "backup entries",
    "backup",
    (bytes, size) => {
      const arrayBytes = Math.ceil(16384 / size) * size;
      bytes.fill(0xee, bytes.length - size - arrayBytes, bytes.length - size - arrayBytes + 64);
    },
  ],
];

describe.each([512, 4096])("with %d-byte sectors", (sectorSize) => {
  test.each(DAMAGES)(
    "lost %s: repaired byte for byte, and a second repair writes nothing",
    async (_, role, damage) => {
      const right = craftDisk({ sectorSize });
      const disk = new MemoryDisk(Buffer.from(right), sectorSize);
      damage(disk.bytes, sectorSize);
      expect(await planRepairOf(disk.open)).toMatchObject({
        role,
        text: expect.stringMatching(/GPT header at byte/),
      });
      expect(disk.recorded).toEqual([]);
      expect(await repairGpt(disk.open)).toMatchObject({ role });
      expect(disk.bytes.equals(right)).toBe(true);
      const writes = disk.recorded.length;
      expect(await repairGpt(disk.open)).toBeNull();
      expect(disk.recorded).toHaveLength(writes);
    },
  );

  test.each(DAMAGES)(
    "lost %s: power lost while repairing leaves the good copy, at every torn sector",
    async (_, __, damage) => {
      const before = craftDisk({ sectorSize });
      const { truth } = await table(before);
      damage(before, sectorSize);
      const disk = new MemoryDisk(Buffer.from(before), sectorSize);
      await repairGpt(disk.open);
      let seen = 0;
      for (const bytes of tornDisks(before, disk)) {
        expect((await table(bytes)).truth.array.equals(truth.array)).toBe(true);
        // What was begun can be begun again.
        const again = new MemoryDisk(bytes, sectorSize);
        await repairGpt(again.open);
        expect((await table(again.bytes)).problems).toEqual([]);
        seen++;
      }
      expect(seen).toBeGreaterThan(30);
    },
  );
});

test("array, header, each flushed: the good copy is not touched", async () => {
  const disk = new MemoryDisk(craftDisk());
  disk.bytes.fill(0, 512, 1024);
  await repairGpt(disk.open);
  const steps = disk.recorded.map((each) => (each === "flush" ? each : [each.offset, each.bytes.length]));
  expect(steps).toEqual([[1024, 16384], "flush", [512, 512], "flush"]);
});

test("a backup left behind on a larger disk is written to its end, and only then does the primary point there", async () => {
  const before = Buffer.concat([craftDisk(), Buffer.alloc(100 * 512)]);
  const disk = new MemoryDisk(Buffer.from(before));
  await repairGpt(disk.open);
  const last = 355;
  const steps = disk.recorded.map((each) => (each === "flush" ? each : each.offset / 512));
  expect(steps).toEqual([last - 32, "flush", last, "flush", 1, "flush"]);
  for (const bytes of tornDisks(before, disk)) expect((await table(bytes)).primary).not.toBeNull();
  expect((await table(disk.bytes)).primary?.header.alternateLba).toBe(last);
});

test("copies that differ agree again, as the primary says", async () => {
  const disk = new MemoryDisk(craftDisk());
  disk.bytes[1024 + 54] = 0x15;
  resign(disk.bytes, "primary");
  const { truth } = await table(disk.bytes);
  expect(await repairGpt(disk.open)).toMatchObject({ role: "backup" });
  const after = await table(disk.bytes);
  expect([after.problems, after.backup?.array.equals(truth.array)]).toEqual([[], true]);
});

describe("nothing is written", () => {
  const refused = async (disk: MemoryDisk, expected: object) => {
    await expect(planRepairOf(disk.open)).rejects.toMatchObject(expected);
    await expect(repairGpt(disk.open)).rejects.toMatchObject(expected);
    expect(disk.recorded).toEqual([]);
  };

  test("when both copies are lost", async () => {
    const disk = new MemoryDisk(craftDisk());
    disk.bytes.fill(1, 1024, 1100);
    disk.bytes.fill(1, disk.bytes.length - 512);
    await refused(disk, { kind: "badStore" });
  });

  test("when the primary was hidden by cgpt legacy", async () => {
    const disk = new MemoryDisk(craftDisk());
    disk.bytes.write("IGNOREME", 512, "latin1");
    await refused(disk, { kind: "refused", message: expect.stringMatching(/hidden on purpose/) });
  });

  test("when the disk was given an MBR and an old backup was left", async () => {
    const disk = new MemoryDisk(craftDisk());
    disk.bytes.fill(0, 512, 2048);
    disk.bytes[446 + 4] = 0x83;
    disk.bytes.writeUInt16LE(0xaa55, 510);
    await refused(disk, { kind: "refused", message: expect.stringMatching(/MBR with partitions/) });
  });
});

test("a disk that loses writes is told from one that was repaired", async () => {
  const disk = new MemoryDisk(craftDisk());
  disk.bytes.fill(0, 512, 1024);
  disk.loseWrites = true;
  await expect(repairGpt(disk.open)).rejects.toMatchObject({ kind: "notReadBack", exitCode: 5 });
});

const ROUNDS = process.env.HOLDFAST_TEST_ALL === undefined ? 2000 : 200_000;

test(`${ROUNDS} damaged tables end repaired, or in a typed error and no write`, async () => {
  const random = new Random(20_261_121);
  const ends = { right: 0, repaired: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const bytes = craftDisk({ sectors: 96 });
    for (let hits = 1 + random.below(3); hits > 0; hits--) {
      const header = random.pick([512, 95 * 512]);
      const array = random.pick([1024, 63 * 512]);
      bytes[random.below(2) === 0 ? header + random.below(96) : array + random.below(512)] =
        random.below(256);
    }
    if (random.below(2) === 0) resign(bytes, random.pick(["primary", "backup"]));
    const disk = new MemoryDisk(bytes);
    try {
      const done = await repairGpt(disk.open);
      expect((await table(disk.bytes)).problems, `round ${round}`).toEqual([]);
      ends[done === null ? "right" : "repaired"]++;
    } catch (error) {
      expect(error, `round ${round}`).toBeInstanceOf(HoldfastError);
      expect(disk.recorded, `round ${round}`).toEqual([]);
      ends.refused++;
    }
  }
  // Repair and refusal must be reached often, or the damage tests nothing.
  expect(Math.min(ends.repaired, ends.refused)).toBeGreaterThan(ROUNDS / 20);
}, 1_800_000);
