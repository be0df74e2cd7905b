import { describe, expect, test } from "vitest";
import { RaucUbootStyle } from "../../../src/boot-control/rauc-uboot-style.ts";
import { UbootEnvStore } from "../../../src/boot-control/uboot-env-store.ts";
import { VariableControl } from "../../../src/boot-control/variable-control.ts";
import { type FlashPlace, flashWindowAt } from "../../../src/linux/flash-window.ts";
import type { FlashKind } from "../../../src/linux/mtd.ts";
import { FakeFlash, PowerLoss } from "../../fixtures/fake-flash.ts";
import { craftEnv } from "../../fixtures/uboot-env.ts";

const SIZE = 2048;
/** The order lies in the second half, the checksum in the first: a copy that is half written is not whole. */
const TEXT = [`filler=${"x".repeat(1200)}`, "BOOT_ORDER=A B", "BOOT_A_LEFT=3", "BOOT_B_LEFT=3"];
const SELECT_B = { kind: "select", slot: "b", once: false } as const;

/** An environment in two copies, each with erase blocks of its own; what lies behind it is other data. */
function flashWith(kind: FlashKind, options: { page?: number; bad?: readonly number[] } = {}) {
  const copies = [1, 0].map((flags) => craftEnv(TEXT, { size: SIZE, flags }));
  return new FakeFlash(kind, Buffer.concat([...copies, Buffer.alloc(2048, "data")]), options);
}

function controlOver(flash: FakeFlash, rule: "incremental" | "boolean") {
  const copies = [0, SIZE].map((offset) => ({
    ...{ name: `flash at ${offset}`, offset: 0, size: SIZE, replace: null },
    open: flashWindowAt(flash.open, { offset, size: SIZE, room: null }),
  }));
  const store = new UbootEnvStore({ copies, rule, withLock: (use) => use() });
  const slots = ["a", "b"].map((id) => ({ id, bootname: id.toUpperCase() }));
  const style = new RaucUbootStyle(slots, { attempts: 3, attemptsPrimary: 3 });
  return new VariableControl(store, style, { scheme: "uboot-env", counting: "bootloader", booted: null });
}

test("in NOR flash the older copy is erased and written, then the newer one's flag is cleared in place", async () => {
  const flash = flashWith("nor");
  expect((await controlOver(flash, "boolean").apply(SELECT_B)).default).toBe("b");
  expect(flash.done).toEqual([
    ...["erase 2048", "write 2048 1024", "erase 3072", "write 3072 1024"],
    "write 4 1",
  ]);
  expect(flash.bytes.subarray(2 * SIZE).equals(Buffer.alloc(2048, "data"))).toBe(true);
});

test("in NAND flash whole pages are written and the valid copy is left alone", async () => {
  const flash = flashWith("nand", { page: 512 });
  expect((await controlOver(flash, "incremental").apply(SELECT_B)).default).toBe("b");
  expect(flash.done.every((each) => Number(each.split(" ")[1]) >= SIZE)).toBe(true);
});

describe.each([
  ["nor", "boolean", 1],
  ["nand", "incremental", 512],
] as const)("%s", (kind, rule, page) => {
  test("after a power loss in the middle of any erase or write there is the old or the new state", async () => {
    const whole = flashWith(kind, { page });
    await controlOver(whole, rule).apply(SELECT_B);
    const seen = new Set<string | null>();
    for (let step = 1; step <= whole.done.length; step++) {
      const flash = flashWith(kind, { page });
      flash.stopAfter = step;
      await expect(controlOver(flash, rule).apply(SELECT_B)).rejects.toBeInstanceOf(PowerLoss);
      const after = new FakeFlash(kind, flash.bytes, { page });
      const { default: slot, slots } = await controlOver(after, rule).read();
      expect(slots.map(({ health }) => health)).toEqual(["trying", "trying"]);
      seen.add(slot);
    }
    // Never neither, and the new state only once the whole of it is there.
    expect([...seen]).toEqual(["a"]);
  });
});

describe("a place in flash memory", () => {
  const disk = (flash: FakeFlash, place: Partial<FlashPlace> = {}) =>
    flashWindowAt(flash.open, { offset: 1024, size: 1024, room: null, ...place })("write");

  test("begins at its first good erase block, and what lies beside it in a block is put back", async () => {
    const flash = new FakeFlash("nand", Buffer.alloc(8192, "data"), { page: 512, bad: [1024, 2048] });
    const window = await disk(flash, { size: 512, room: 3072 });
    await window.write(0, Buffer.alloc(512, 0xaa));
    expect((await window.read(0, 512)).equals(Buffer.alloc(512, 0xaa))).toBe(true);
    expect(flash.bytes.subarray(3072, 3584).equals(Buffer.alloc(512, 0xaa))).toBe(true);
    expect(flash.bytes.subarray(3584).equals(Buffer.alloc(8192 - 3584, "data"))).toBe(true);
    expect(flash.done).toEqual(["erase 3072", "write 3072 1024"]);
  });

  test("with too few good blocks, or beyond the end, cannot be opened", async () => {
    const flash = new FakeFlash("nand", Buffer.alloc(4096), { bad: [1024] });
    await expect(disk(flash)).rejects.toThrow(
      "/dev/mtd0 has 0 good erase blocks at byte 1024, the data needs 1",
    );
    await expect(disk(flash, { offset: 4096 })).rejects.toThrow("/dev/mtd0 has 4096 bytes");
  });

  test("what is there already is not written again, and memory of an unknown kind never", async () => {
    const flash = new FakeFlash("nor", Buffer.alloc(4096, 0xff));
    await (await disk(flash)).write(0, Buffer.alloc(16, 0xff));
    expect(flash.done).toEqual([]);
    const rom = new FakeFlash("other", Buffer.alloc(4096));
    await expect((await disk(rom)).write(0, Buffer.alloc(1))).rejects.toMatchObject({ kind: "refused" });
  });
});
