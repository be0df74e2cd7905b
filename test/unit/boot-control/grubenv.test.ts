import { expect, test } from "vitest";
import { GrubEnvStore } from "../../../src/boot-control/grubenv.ts";
import { RaucGrubStyle } from "../../../src/boot-control/rauc-grub-style.ts";
import { VariableControl } from "../../../src/boot-control/variable-control.ts";
import { craftGrubEnv } from "../../fixtures/grubenv.ts";
import { MemoryDisk } from "../../fixtures/memory-disk.ts";
import { tornDisks } from "../../fixtures/torn.ts";

const LINES = ["note=x", "ORDER=A B", "A_OK=1", "A_TRY=0", "B_OK=1", "B_TRY=0"];
const SLOTS = [
  { id: "a", bootname: "A" },
  { id: "b", bootname: "B" },
];
const SELECT_B = { kind: "select", slot: "b", once: false } as const;

function over(disk: MemoryDisk) {
  const options = { scheme: "grubenv", counting: "bootloader", booted: null } as const;
  const store = new GrubEnvStore(disk.open, "grubenv");
  return { disk, control: new VariableControl(store, new RaucGrubStyle(SLOTS), options) };
}

const withLines = (lines: readonly string[]) => over(new MemoryDisk(craftGrubEnv(lines)));

test("one write of the whole block in place, and a flush", async () => {
  const { disk, control } = withLines(LINES);
  await control.apply(SELECT_B);
  expect(disk.writes.map(({ offset, bytes }) => [offset, bytes.length])).toEqual([[0, 1024]]);
  expect(disk.recorded.at(-1)).toBe("flush");
});

test("after a power loss in a block whose variables lie in its first sector there is the old or the new state", async () => {
  const { disk, control } = withLines(LINES);
  const before = Buffer.from(disk.bytes);
  await control.apply(SELECT_B);
  const seen = new Set<string | null>();
  for (const torn of tornDisks(before, disk)) {
    seen.add((await over(new MemoryDisk(torn)).control.read()).default);
  }
  expect([...seen]).toEqual(["a", "b"]);
});

test("a change that changes nothing writes nothing", async () => {
  const { disk, control } = withLines(LINES);
  await control.apply({ kind: "select", slot: "a", once: false });
  expect(disk.recorded).toEqual([]);
});

test("writes that go nowhere are found by reading back", async () => {
  const { disk, control } = withLines(LINES);
  disk.loseWrites = true;
  await expect(control.apply(SELECT_B)).rejects.toMatchObject({ kind: "notReadBack", exitCode: 5 });
});

test("a block without room is refused and not written", async () => {
  const { disk, control } = withLines([`filler=${"x".repeat(980)}`]);
  await expect(control.apply(SELECT_B)).rejects.toMatchObject({ kind: "refused" });
  expect(disk.recorded).toEqual([]);
});

test("a block at the start of a longer device is read and written there", async () => {
  const bytes = Buffer.concat([craftGrubEnv(LINES), Buffer.alloc(3072, 0x5a)]);
  const { disk, control } = over(new MemoryDisk(bytes, 512));
  expect(await control.apply(SELECT_B)).toMatchObject({ default: "b" });
  expect(disk.bytes.subarray(1024).equals(Buffer.alloc(3072, 0x5a))).toBe(true);
});

test.each<[string, string[], string, (string | number | null)[]]>([
  ["OK is not set", ["ORDER=A B"], "unknown", [2, null]],
  ["OK is no flag", ["ORDER=A B", "A_OK=yes"], "unknown", [2, null]],
  ["TRY is no flag", ["ORDER=A B", "A_OK=1", "A_TRY=7"], "unknown", [2, null]],
  ["TRY is not set", ["ORDER=A B", "A_OK=1"], "trying", [2, 1]],
  ["OK is 0", ["ORDER=A B", "A_OK=0", "A_TRY=0"], "bad", [2, 0]],
  ["ORDER lacks it", ["ORDER=B", "A_OK=1", "A_TRY=0"], "bad", [0, 0]],
])("where %s, %j reads as a slot that is %s", async (_, lines, health, [priority, triesLeft]) => {
  const [slot] = (await withLines(lines).control.read()).slots;
  expect(slot).toMatchObject({ health, priority, triesLeft });
});
