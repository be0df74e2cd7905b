import { expect, test } from "vitest";
import { RaucUbootStyle } from "../../../src/boot-control/rauc-uboot-style.ts";
import { VariableControl } from "../../../src/boot-control/variable-control.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { tornDisks } from "../../fixtures/torn.ts";
import { craftEnv, envStoreOn } from "../../fixtures/uboot-env.ts";

const SIZE = 2048;
const TEXT = [
  "bootcmd=run",
  "BOOT_ORDER=A B",
  "BOOT_A_LEFT=3",
  "BOOT_B_LEFT=3",
  `filler=${"x".repeat(1200)}`,
];
const SLOTS = [
  { id: "a", bootname: "A" },
  { id: "b", bootname: "B" },
];
const SELECT_B = { kind: "select", slot: "b", once: false } as const;

function twoCopies(flags: readonly [number, number], rule: "incremental" | "boolean" = "incremental") {
  const copies = flags.map((flag) => craftEnv(TEXT, { size: SIZE, flags: flag }));
  return overDisk(new MemoryDisk(Buffer.concat(copies)), rule);
}

function overDisk(disk: MemoryDisk, rule: "incremental" | "boolean" = "incremental") {
  const style = new RaucUbootStyle(SLOTS, { attempts: 3, attemptsPrimary: 3 });
  const options = { scheme: "uboot-env", counting: "bootloader", booted: null } as const;
  return { disk, control: new VariableControl(envStoreOn(disk, 2, rule), style, options) };
}

function oneCopy(text: readonly string[]) {
  const disk = new MemoryDisk(craftEnv(text, { size: SIZE }));
  const style = new RaucUbootStyle(SLOTS, { attempts: 3, attemptsPrimary: 3 });
  const options = { scheme: "uboot-env", counting: "bootloader", booted: null } as const;
  return { disk, control: new VariableControl(envStoreOn(disk, 1), style, options) };
}

test.each(["incremental", "boolean"] as const)(
  "after a power loss at any moment of a write with %s flags there is the old or the new state",
  async (rule) => {
    const { disk, control } = twoCopies([1, 0], rule);
    const before = Buffer.from(disk.bytes);
    const { default: old } = await control.read();
    const { default: wanted } = await control.apply(SELECT_B);
    const seen = new Set<string | null>();
    for (const torn of tornDisks(before, disk)) {
      const state = await overDisk(new MemoryDisk(torn), rule).control.read();
      expect([old, wanted]).toContain(state.default);
      seen.add(state.default);
    }
    expect([...seen]).toEqual(["a", "b"]);
  },
);

test("one write goes to the older copy, whole, and is flushed", async () => {
  const { disk, control } = twoCopies([4, 3]);
  await control.apply(SELECT_B);
  expect(disk.recorded).toHaveLength(2);
  expect(disk.writes.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([[SIZE, SIZE]]);
  expect(disk.recorded.at(-1)).toBe("flush");
  expect(disk.bytes[SIZE + 4]).toBe(5);
});

test("boolean flags: the new copy is active first, then the old one is called obsolete", async () => {
  const { disk, control } = twoCopies([1, 0], "boolean");
  await control.apply(SELECT_B);
  expect(disk.writes.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([
    [SIZE, SIZE],
    [4, 1],
  ]);
  expect([disk.bytes[4], disk.bytes[SIZE + 4]]).toEqual([0, 1]);
  expect(await control.read()).toMatchObject({ default: "b", problems: [] });
});

test("a change that changes nothing writes nothing", async () => {
  const { disk, control } = twoCopies([1, 0]);
  await control.apply({ kind: "select", slot: "a", once: false });
  await control.apply({ kind: "mark-good", slot: "b" });
  expect(disk.recorded).toEqual([]);
});

test("writes that go nowhere are found by reading back", async () => {
  const { disk, control } = twoCopies([1, 0]);
  disk.loseWrites = true;
  await expect(control.apply(SELECT_B)).rejects.toMatchObject({ kind: "notReadBack", exitCode: 5 });
});

test("what does not fit is refused and nothing is written", async () => {
  const { disk, control } = oneCopy([`filler=${"x".repeat(SIZE - 4 - 8 - 1)}`]);
  await expect(control.apply(SELECT_B)).rejects.toMatchObject({
    kind: "refused",
    message: expect.stringMatching(/^memory.img: .* there is room for 2048; nothing was written$/),
  });
  expect(disk.recorded).toEqual([]);
});

test.each<[string, Buffer]>([
  ["erased", Buffer.alloc(2 * SIZE, 0xff)],
  ["without an end", Buffer.alloc(2 * SIZE, "a")],
  ["too short", Buffer.alloc(0)],
])("an environment that is %s makes the slots unknown and is never written", async (_, bytes) => {
  const { disk, control } = overDisk(new MemoryDisk(bytes));
  const state = await control.read();
  expect(state.slots.map(({ health, triesLeft }) => [health, triesLeft])).toEqual([
    ["unknown", null],
    ["unknown", null],
  ]);
  expect(state.default).toBeNull();
  expect(state.problems).not.toEqual([]);
  await expect(control.apply(SELECT_B)).rejects.toMatchObject({ kind: "badStore" });
  expect(disk.recorded).toEqual([]);
});

test("a single environment where two copies are expected, and the reverse, is told of and not written", async () => {
  const single = craftEnv(TEXT, { size: SIZE });
  const two = overDisk(new MemoryDisk(Buffer.concat([single, single])));
  expect((await two.control.read()).problems[0]).toMatch(
    /holds a single environment; one line of fw_env.config/,
  );
  await expect(two.control.apply(SELECT_B)).rejects.toMatchObject({ kind: "badStore" });
  const disk = new MemoryDisk(craftEnv(TEXT, { size: SIZE, flags: 1 }));
  expect((await envStoreOn(disk, 1).read()).problems[0]).toMatch(/one copy of a redundant .* two lines/);
});

test("BOOT_ORDER of its own and names of no slot stay, and are told of", async () => {
  const { disk, control } = oneCopy(["BOOT_ORDER=R B", "BOOT_B_LEFT=2", "BOOT_R_LEFT=1"]);
  const state = await control.apply({ kind: "select", slot: "a", once: false });
  expect(disk.bytes.toString("latin1")).toContain("BOOT_ORDER=A R B\0");
  expect(state.default).toBe("a");
  expect(state.problems).toEqual(['BOOT_ORDER names "R", which is the bootname of no slot here']);
});

test("variables that are not set or no number make a slot unknown; choosing it heals them", async () => {
  const { control } = oneCopy(["BOOT_A_LEFT=many"]);
  const state = await control.read();
  expect(state.slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
  expect(state.problems).toEqual([
    "BOOT_ORDER is not set; the boot script takes the order that is built into it",
    'BOOT_A_LEFT is "many", a number from 0 to 9 would be right',
    "BOOT_B_LEFT is not set; the boot script sets it at the next start",
  ]);
  const healed = await control.apply({ kind: "select", slot: "a", once: false });
  expect(healed.slots[0]).toMatchObject({ health: "trying", triesLeft: 3 });
});

test.each<[string, number]>([
  ["0", 0],
  ["a", 10],
  ["0x10", 16],
  ["ffffffff", 0xffffffff],
])("BOOT_A_LEFT=%s is %i tries, as RAUC reads it", async (text, triesLeft) => {
  const { control } = oneCopy(["BOOT_ORDER=A B", `BOOT_A_LEFT=${text}`, "BOOT_B_LEFT=1"]);
  expect((await control.read()).slots[0]).toMatchObject({ triesLeft });
});

test("the last name of BOOT_ORDER stays when its slot is marked bad, for an empty order means another", async () => {
  const { disk, control } = oneCopy(["BOOT_ORDER=A B", "BOOT_A_LEFT=3", "BOOT_B_LEFT=3"]);
  await control.apply({ kind: "mark-bad", slot: "a" });
  const state = await control.apply({ kind: "mark-bad", slot: "b" });
  expect(disk.bytes.toString("latin1")).toContain("BOOT_ORDER=B\0");
  expect(state.slots.map((slot) => slot.health)).toEqual(["bad", "bad"]);
});
