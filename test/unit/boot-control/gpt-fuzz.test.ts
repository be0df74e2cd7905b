import { expect, test } from "vitest";
import { ChromeosGpt } from "../../../src/boot-control/chromeos-gpt.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { craftDisk, craftedGuid, resign } from "../../fixtures/gpt.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { Random } from "../../fixtures/random.ts";

const ROUNDS = process.env.HOLDFAST_TEST_ALL === undefined ? 4000 : 200_000;
const SECTORS = 96;
const slots = [
  { id: "a", guid: craftedGuid(1), problem: null },
  { id: "b", guid: craftedGuid(3), problem: null },
];
const EXTREMES = [0n, 1n, 2n, 33n, 95n, 96n, 0x7fff_ffffn, 0xffff_ffffn, (1n << 53n) - 1n, 1n << 63n, -1n];

/** Places worth hitting: both headers, field by field, and the first entries of both arrays. */
function place(random: Random): number {
  const header = random.pick([512, (SECTORS - 1) * 512]);
  const array = random.pick([1024, (SECTORS - 33) * 512]);
  return random.below(2) === 0 ? header + random.below(96) : array + random.below(4 * 128);
}

function mutate(bytes: Buffer, random: Random): Buffer {
  for (let hits = 1 + random.below(3); hits > 0; hits--) {
    const at = place(random);
    const kind = random.below(4);
    if (kind === 0) bytes[at] = random.below(256);
    if (kind === 1) bytes.writeBigUInt64LE(BigInt.asUintN(64, random.pick(EXTREMES)), at & ~7);
    if (kind === 2) bytes.writeUInt32LE(Number(BigInt.asUintN(32, random.pick(EXTREMES))), at & ~3);
    if (kind === 3) bytes.copy(bytes, at, place(random), place(random) + 128);
  }
  return bytes;
}

function damagedDisk(random: Random): Buffer {
  const bytes = mutate(craftDisk({ sectors: SECTORS }), random);
  if (random.below(2) === 0) for (const role of ["primary", "backup"] as const) resign(bytes, role);
  return random.below(10) === 0 ? bytes.subarray(0, random.below(bytes.length)) : bytes;
}

test(`${ROUNDS} damaged tables end in a typed error and no write, or in the change that was asked for`, async () => {
  const random = new Random(20_261_121);
  const ends = { refused: 0, changed: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    const disk = new MemoryDisk(damagedDisk(random));
    const control = new ChromeosGpt(disk.open, { slots, counting: "holdfast", freshTries: 3, booted: null });
    try {
      const state = await control.apply({ kind: "select", slot: "b", once: false });
      expect(state, `round ${round}`).toMatchObject({ default: "b", problems: expect.any(Array) });
      ends.changed++;
    } catch (error) {
      expect(error, `round ${round}`).toBeInstanceOf(HoldfastError);
      expect(disk.recorded, `round ${round}`).toEqual([]);
      ends.refused++;
    }
  }
  // Both ends must be reached often, or the mutations test nothing.
  expect(Math.min(ends.refused, ends.changed)).toBeGreaterThan(ROUNDS / 20);
}, 1_800_000);
