import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openUbootEnv } from "../../src/boot-control/uboot-env.ts";
import { ubootEnvTools } from "../../src/build/tools.ts";
import { decodeEnv, encodeEnv } from "../../src/bytes/uboot-env.ts";
import { UbootEnvConfig } from "../../src/config/schemes.ts";
import type { Change } from "../../src/domain/slot.ts";
import { FwTools, mkenvimage, raucConf, raucSession } from "./boot-tools.ts";

const SIZE = 0x4000;
const TEXT =
  "zeta=1\nBOOT_ORDER=A B\nBOOT_A_LEFT=3\nBOOT_B_LEFT=3\nbootcmd=run x; run y\nethaddr=00:11:22:33:44:55\n";
const COUNTED =
  "bootcmd=run a\naltbootcmd=run b\nbootlimit=3\nbootcount=0\nupgrade_available=0\nboot_part=2\n";

let folder: string;
let tools: FwTools;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-env-"));
  tools = new FwTools(join(folder, "tools.config"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A device image of 256 KiB whose environment lies where the lines of fw_env.config say. */
function imageWith(env: Buffer, offsets: readonly number[], lines: readonly string[]): string {
  const image = join(folder, "disk.img");
  const bytes = Buffer.alloc(0x40000, 0xa5);
  for (const offset of offsets) env.copy(bytes, offset < 0 ? bytes.length + offset : offset);
  writeFileSync(image, bytes);
  const config = (all: readonly string[]) => all.map((line) => `${image} ${line}\n`).join("");
  writeFileSync(join(folder, "fw_env.config"), `# Device offset size\n\n${config(lines)}`);
  // libubootenv counts from the end of block devices only, so it is told the same place from the start.
  const fromStart = lines.map((line) =>
    line.replace(/^-\S+/, (offset) => `${bytes.length - Number(offset.slice(1))}`),
  );
  writeFileSync(join(folder, "tools.config"), config(fromStart));
  return image;
}

function open(config: Partial<UbootEnvConfig> = {}, booted: string | null = null) {
  const all = UbootEnvConfig().parse({ fw_env_config: join(folder, "fw_env.config"), ...config });
  return openUbootEnv(all, { slots: ["a", "b"], counting: "bootloader", freshTries: 3, booted });
}

async function change(what: Change, config: Partial<UbootEnvConfig> = {}) {
  return (await open(config)).apply(what);
}

const REDUNDANT = [
  ["raw offsets", [0x8000, 0xc000], ["0x8000 0x4000", "0xC000 0x4000"]],
  ["sizes without 0x and erase blocks", [0x10000, 0x20000], ["0x10000 4000 10000", "0x20000 4000 10000 1"]],
  ["offsets from the end", [-0x8000, -0x4000], ["-0x8000 0x4000", "-0x4000 0x4000"]],
] as const;

describe.each(REDUNDANT)("a redundant environment at %s", (_, offsets, lines) => {
  test("reads as mkenvimage made it, and fw_printenv reads every change and every other variable", async () => {
    imageWith(mkenvimage(folder, TEXT, SIZE, true), offsets, lines);
    const { slots, ...rest } = await (await open()).read();
    expect(slots.map((slot) => [slot.id, slot.health, slot.triesLeft])).toEqual([
      ["a", "trying", 3],
      ["b", "trying", 3],
    ]);
    expect(rest).toEqual({ default: "a", once: null, problems: [] });
    const before = tools.variables();
    await change({ kind: "set-tries", slot: "b", tries: 2 });
    await change({ kind: "mark-bad", slot: "a" });
    expect(tools.variables()).toEqual({ ...before, BOOT_ORDER: "B", BOOT_A_LEFT: "0", BOOT_B_LEFT: "2" });
    await change({ kind: "select", slot: "a", once: false });
    expect(tools.variables()).toEqual({ ...before, BOOT_ORDER: "A B", BOOT_A_LEFT: "3", BOOT_B_LEFT: "2" });
    await change({ kind: "mark-good", slot: "b" });
    expect(tools.variables()).toEqual(before);
  });

  test("each write takes the other copy, also past 255, and leaves the rest of the device alone", async () => {
    const image = imageWith(mkenvimage(folder, TEXT, SIZE, true), offsets, lines);
    const starts = offsets.map((offset) => (offset < 0 ? 0x40000 + offset : offset));
    const outside = (bytes: Buffer) => {
      const copy = Buffer.from(bytes);
      for (const start of starts) copy.fill(0, start, start + SIZE);
      return copy;
    };
    const flagged = readFileSync(image);
    flagged[(starts[0] as number) + 4] = 253;
    flagged[(starts[1] as number) + 4] = 252;
    writeFileSync(image, flagged);
    const flags: (number | undefined)[][] = [];
    for (const tries of [1, 2, 4, 5]) {
      await change({ kind: "set-tries", slot: "b", tries });
      expect(tools.variables().BOOT_B_LEFT).toBe(`${tries}`);
      const bytes = readFileSync(image);
      flags.push(starts.map((start) => bytes[start + 4]));
    }
    expect(flags).toEqual([
      [253, 254],
      [255, 254],
      [255, 0],
      [1, 0],
    ]);
    expect(outside(readFileSync(image)).equals(outside(flagged))).toBe(true);
  });
});

test("what fw_setenv writes is read, and the order of its variables is kept", async () => {
  const image = imageWith(mkenvimage(folder, TEXT, SIZE, true), [0, SIZE], ["0 0x4000", "0x4000 0x4000"]);
  tools.set({ BOOT_ORDER: "B A", BOOT_A_LEFT: "0", BOOT_B_LEFT: "1" });
  const { slots, ...rest } = await (await open()).read();
  expect(slots.map((slot) => [slot.health, slot.triesLeft])).toEqual([
    ["bad", 0],
    ["trying", 1],
  ]);
  expect(rest.default).toBe("b");
  const newest = decodeEnv(readFileSync(image).subarray(SIZE, 2 * SIZE), "redundant", "copy 2");
  await change({ kind: "mark-good", slot: "a" });
  const written = decodeEnv(readFileSync(image).subarray(0, SIZE), "redundant", "copy 1");
  const names = (strings: readonly string[]) => strings.map((each) => each.split("=")[0]);
  expect(names(written.strings)).toEqual(names(newest.strings));
});

test.each([false, true])(
  "a copy of mkenvimage (redundant: %s) survives decoding and encoding",
  (redundant) => {
    const bytes = mkenvimage(folder, TEXT, SIZE, redundant);
    const env = decodeEnv(bytes, redundant ? "redundant" : "single", "made");
    expect(encodeEnv(env, SIZE, "made").equals(bytes)).toBe(true);
  },
);

test("a single environment that is a file of its own is replaced whole, one inside a device in place", async () => {
  const file = join(folder, "uboot.env");
  writeFileSync(file, mkenvimage(folder, TEXT, SIZE, false));
  for (const name of ["fw_env.config", "tools.config"]) {
    writeFileSync(join(folder, name), `${file} 0 0x4000\n`);
  }
  await change({ kind: "select", slot: "b", once: false });
  expect(tools.variables()).toMatchObject({ BOOT_ORDER: "B A", zeta: "1" });
  const image = imageWith(mkenvimage(folder, TEXT, SIZE, false), [0x8000], ["0x8000 0x4000"]);
  await change({ kind: "select", slot: "b", once: false });
  expect(tools.variables()).toMatchObject({ BOOT_ORDER: "B A", zeta: "1" });
  expect(readFileSync(image).subarray(0, 0x8000).equals(Buffer.alloc(0x8000, 0xa5))).toBe(true);
});

test("a damaged newest copy is told of, the older one is read, and the next write makes both right", async () => {
  const image = imageWith(mkenvimage(folder, TEXT, SIZE, true), [0, SIZE], ["0 0x4000", "0x4000 0x4000"]);
  await change({ kind: "set-tries", slot: "b", tries: 1 });
  const bytes = readFileSync(image);
  bytes[SIZE + 100] = (bytes[SIZE + 100] ?? 0) ^ 1;
  writeFileSync(image, bytes);
  const state = await (await open()).read();
  expect(state.problems).toEqual([
    expect.stringMatching(/disk\.img at byte 16384: the checksum .* is wrong/),
    expect.stringMatching(/disk\.img: this copy is used/),
  ]);
  expect(state.slots[1]?.triesLeft).toBe(Number(tools.variables().BOOT_B_LEFT));
  expect(await change({ kind: "set-tries", slot: "b", tries: 4 })).toMatchObject({ problems: [] });
  expect(tools.variables().BOOT_B_LEFT).toBe("4");
});

test("with both copies damaged fw_printenv fails, the slots are unknown and nothing is written", async () => {
  const image = imageWith(Buffer.alloc(SIZE, 0xff), [0, SIZE], ["0 0x4000", "0x4000 0x4000"]);
  const before = readFileSync(image);
  expect(() => tools.variables()).toThrow();
  const state = await (await open()).read();
  expect(state.slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
  expect(state).toMatchObject({
    default: null,
    problems: [expect.stringMatching(/checksum/), expect.stringMatching(/checksum/)],
  });
  await expect(change({ kind: "select", slot: "b", once: false })).rejects.toMatchObject({
    kind: "badStore",
    message: expect.stringMatching(/^nothing was written: .*disk\.img/),
  });
  expect(readFileSync(image).equals(before)).toBe(true);
});

test("U-Boot's own fw_printenv reads what Holdfast wrote, and Holdfast what its fw_setenv wrote", async () => {
  imageWith(mkenvimage(folder, TEXT, SIZE, true), [0, SIZE], ["0 4000", "0x4000 4000 1000 4"]);
  const own = new FwTools(join(folder, "tools.config"), ubootEnvTools());
  const before = own.variables();
  expect(before).toEqual(tools.variables());
  await change({ kind: "select", slot: "b", once: false });
  expect(own.variables()).toEqual({ ...before, BOOT_ORDER: "B A" });
  own.set({ BOOT_ORDER: "A B", BOOT_B_LEFT: "0" });
  const state = await change({ kind: "set-tries", slot: "a", tries: 1 });
  expect(state.slots.map((slot) => [slot.health, slot.triesLeft])).toEqual([
    ["trying", 1],
    ["bad", 0],
  ]);
  await change({ kind: "mark-good", slot: "b" });
  expect(own.variables()).toEqual({ ...before, BOOT_A_LEFT: "1" });
  expect(own.variables()).toEqual(tools.variables());
}, 300_000);

describe("U-Boot's boot counter", () => {
  const config = {
    style: "bootcount",
    slot_variables: { a: { boot_part: "2" }, b: { boot_part: "3" } },
  } as const;

  test("is what fw_printenv reads after choosing, counting, confirming and giving up a slot", async () => {
    imageWith(mkenvimage(folder, COUNTED, SIZE, true), [0, SIZE], ["0 0x4000", "0x4000 0x4000"]);
    const counters = () => {
      const { boot_part, bootcount, upgrade_available } = tools.variables();
      return [boot_part, upgrade_available, bootcount];
    };
    expect((await (await open(config)).read()).slots[0]).toMatchObject({ health: "good", successful: true });
    await change({ kind: "select", slot: "b", once: false }, config);
    expect(counters()).toEqual(["3", "1", "0"]);
    // As U-Boot does before each start.
    tools.set({ bootcount: "2" });
    const trying = await (await open(config)).read();
    expect(trying.slots[1]).toMatchObject({
      health: "trying",
      triesLeft: 1,
      triesDone: 2,
      successful: false,
    });
    await change({ kind: "mark-good", slot: "b" }, config);
    expect(counters()).toEqual(["3", "0", "0"]);
    expect(await change({ kind: "mark-bad", slot: "b" }, config)).toMatchObject({ default: "a" });
    expect(counters()).toEqual(["3", "1", "4"]);
    await change({ kind: "set-tries", slot: "b", tries: 2 }, config);
    expect(counters()).toEqual(["3", "1", "1"]);
  });
});

test("rauc status agrees with every change, and Holdfast with what rauc marks", async () => {
  imageWith(mkenvimage(folder, TEXT, SIZE, true), [0, SIZE], ["0 0x4000", "0x4000 0x4000"]);
  const conf = raucConf(folder, ["bootloader=uboot"]);
  const path = tools.wrappersIn(join(folder, "bin"));
  const status = () => raucSession(conf, "A", ["status"], { path })[0];
  await change({ kind: "mark-bad", slot: "b" });
  expect(status()).toMatchObject({ primary: "rootfs.0", states: { A: "good", B: "bad" } });
  await change({ kind: "select", slot: "b", once: false });
  expect(status()).toMatchObject({ primary: "rootfs.1", states: { A: "good", B: "good" } });
  const [marked] = raucSession(conf, "A", ["mark-bad other"], { path });
  const state = await (await open()).read();
  expect(marked).toMatchObject({ primary: "rootfs.0", states: { A: "good", B: "bad" } });
  expect(state.default).toBe("a");
  expect(state.slots.map((slot) => slot.health)).toEqual(["trying", "bad"]);
});
