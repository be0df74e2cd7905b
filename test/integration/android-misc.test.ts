import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AVB_AB, BOOTLOADER_CONTROL, type MiscFormat } from "../../src/boot-control/misc-format.ts";
import { started } from "../../src/boot-control/misc-rules.ts";
import { openAndroidMisc } from "../../src/boot-control/open-misc.ts";
import type { MiscSlot } from "../../src/bytes/misc-slot.ts";
import type { Change } from "../../src/domain/slot.ts";
import { findInTable } from "../../src/linux/block.ts";
import { diskAt, withDisk } from "../../src/linux/disk.ts";
import { readGptTable } from "../../src/linux/gpt-table.ts";
import { craftAvbAb, craftControl, miscImage, signAvbAb, signControl } from "../fixtures/misc.ts";
import { Random } from "../fixtures/random.ts";
import { run } from "./tools.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-misc-"));
const witness = join(folder, "witness");
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  run("tcc", ["-o", witness, fileURLToPath(new URL("misc-witness.c", import.meta.url))]);
});

/** What the C program makes of each record. */
interface Judgement {
  readonly intact: boolean;
  readonly slots: readonly MiscSlot[];
  readonly starts: number | null;
  readonly after: Buffer;
}

function judge(records: readonly Buffer[]): Judgement[] {
  const lines = execFileSync(witness, { input: Buffer.concat(records), encoding: "utf8" })
    .trim()
    .split("\n");
  return lines.map((line) => {
    const [, crc, slots = "", start, hex = ""] = /crc=(\w+) (.*) start=(\S+) (\w+)/.exec(line) ?? [];
    return {
      intact: crc === "ok",
      slots: slots.split(" ").map((slot): MiscSlot => {
        const [priority = -1, tries = -1, successful, corrupted] = slot.split("/").map(Number);
        return { priority, tries, successful: successful === 1, corrupted: corrupted === 1 };
      }),
      starts: start === "-1" ? null : Number(start),
      after: Buffer.from(hex, "hex"),
    };
  });
}

function one(record: Buffer): Judgement {
  return judge([record])[0] as Judgement;
}

const hex = (text: string) => Buffer.from(text.replaceAll(" ", ""), "hex");
const DEFAULT = hex("5f610000 42434142 01020000 7f007f00 00000000 00000000 00000000 27ef1f32");

test("the two default slots of the field read the same here and there, and are what we craft", () => {
  expect(craftControl([0x7f, 0x7f])).toEqual(DEFAULT);
  const { intact, slots, starts } = one(DEFAULT);
  expect([intact, starts]).toEqual([true, 0]);
  expect(BOOTLOADER_CONTROL.decode(DEFAULT, "misc")).toEqual({ slots, update: "none" });
});

/** A record with two to four random slots, or AvbABData, with noise where nothing is known. */
function randomRecord(random: Random, format: MiscFormat): Buffer {
  if (format === AVB_AB) {
    const slot = () => [random.below(16), random.pick([0, 0, random.below(8)]), random.below(2)] as const;
    const bytes = craftAvbAb(slot(), slot());
    for (const at of [11, 15, 16, 17, 27]) bytes[at] = random.below(256);
    return signAvbAb(bytes);
  }
  const bytes = craftControl(Array.from({ length: 1 + random.below(4) }, () => random.below(256)));
  for (let i = 0; i < 4; i++) bytes[13 + i * 2] = random.below(256) & (random.below(3) === 0 ? 0xff : 0xfe);
  bytes[9] = (bytes[9] ?? 0) | (random.below(8) << 3);
  for (const at of [11, 20, 27]) bytes[at] = random.below(256);
  return signControl(bytes);
}

describe.each([BOOTLOADER_CONTROL, AVB_AB])("$scheme", (format) => {
  test("500 random records are read, started and signed as the C program does, byte for byte", () => {
    const random = new Random(3);
    const records = Array.from({ length: 500 }, () => randomRecord(random, format));
    const starts = new Set<number | null>();
    judge(records).forEach((theirs, i) => {
      const record = records[i] as Buffer;
      const { slots } = format.decode(record, "misc");
      expect(slots, `record ${i}`).toEqual(theirs.slots);
      expect(theirs.intact).toBe(true);
      expect(format.rule.next(slots), `record ${i}`).toBe(theirs.starts);
      expect(format.encode(record, started(slots, format.rule) ?? slots), `record ${i}`).toEqual(
        theirs.after,
      );
      starts.add(theirs.starts);
    });
    expect(starts.size).toBeGreaterThan(2);
  });
});

/** A disk image whose table sfdisk made, with a misc partition that holds these 32 bytes. */
function diskWithMisc(name: string, record: Buffer): { path: string; at: number } {
  const path = join(folder, name);
  writeFileSync(path, Buffer.alloc(4 << 20));
  run(
    "sfdisk",
    ["--quiet", path],
    "label: gpt\nstart=2048, size=256, name=boot_a\nstart=4096, size=128, name=misc\n",
  );
  const bytes = readFileSync(path);
  miscImage(record).copy(bytes, 4096 * 512);
  writeFileSync(path, bytes);
  return { path, at: 4096 * 512 + 2048 };
}

const SLOTS = [
  { id: "a", index: 0 },
  { id: "b", index: 1 },
];

async function apply(path: string, change: Change, booted: string | null = null) {
  const table = await withDisk(diskAt(path), "read", readGptTable);
  const partition = await findInTable("PARTLABEL=misc", table);
  const config = { partition: "PARTLABEL=misc", offset: 0 };
  const control = await openAndroidMisc({ partition, config, slots: SLOTS, freshTries: 7, booted });
  return { scheme: control.scheme, state: await control.apply(change) };
}

const selectB = { kind: "select", slot: "b", once: false } as const;

describe("what Holdfast writes into the misc partition of a disk is what the C program then reads:", () => {
  const CONTROL = craftControl([0x7f, 0x0e]);
  const AVB = craftAvbAb([15, 7, 0], [0, 0, 0]);
  test.each<[string, Buffer, Change, number, readonly string[]]>([
    ["select of a slot without tries", CONTROL, selectB, 1, ["14/7/0", "15/7/0"]],
    ["mark good", CONTROL, { kind: "mark-good", slot: "a" }, 0, ["15/1/1", "14/0/0"]],
    ["mark bad", CONTROL, { kind: "mark-bad", slot: "a" }, -1, ["15/0/0", "14/0/0"]],
    ["set tries", CONTROL, { kind: "set-tries", slot: "a", tries: 2 }, 0, ["15/2/0", "14/0/0"]],
    ["select in AvbABData", AVB, selectB, 1, ["14/7/0", "15/7/0"]],
    ["mark good in AvbABData", AVB, { kind: "mark-good", slot: "a" }, 0, ["15/0/1", "0/0/0"]],
    ["mark bad in AvbABData", AVB, { kind: "mark-bad", slot: "a" }, -1, ["0/0/0", "0/0/0"]],
    ["set tries in AvbABData", AVB, { kind: "set-tries", slot: "b", tries: 3 }, 0, ["15/7/0", "1/3/0"]],
  ])("%s", async (name, record, change, starts, slots) => {
    const { path, at } = diskWithMisc(`${name}.img`, record);
    const before = readFileSync(path);
    const { scheme, state } = await apply(path, change);
    expect(scheme).toBe(record === AVB ? "avb-ab" : "android-misc");
    const bytes = readFileSync(path);
    const found = one(bytes.subarray(at, at + 32));
    expect(found.intact).toBe(true);
    expect(found.slots.map((slot) => `${slot.priority}/${slot.tries}/${Number(slot.successful)}`)).toEqual(
      slots,
    );
    expect(found.starts ?? -1).toBe(starts);
    expect(state.default).toBe(SLOTS[starts]?.id ?? null);
    before.copy(bytes, at, at, at + 32);
    expect(bytes.equals(before)).toBe(true);
  });

  test("seven starts that nobody confirms use slot a up, and the other one is next here and there", async () => {
    const { path, at } = diskWithMisc("count.img", craftControl([0x7f, 0x7e]));
    for (let round = 0; round < 7; round++) {
      const bytes = readFileSync(path);
      one(bytes.subarray(at, at + 32)).after.copy(bytes, at);
      writeFileSync(path, bytes);
    }
    const { state } = await apply(path, { kind: "set-tries", slot: "b", tries: 7 });
    expect(state).toMatchObject({ default: "b" });
    expect(state.slots.map((slot) => slot.health)).toEqual(["bad", "trying"]);
    const after = await apply(path, { kind: "mark-good", slot: "a" }, "a");
    expect(after.state).toMatchObject({ default: "a" });
    expect(one(readFileSync(path).subarray(at, at + 32)).starts).toBe(0);
  });
});
