import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { RaucEfi } from "../../../src/boot-control/rauc-efi.ts";
import type { Change } from "../../../src/domain/slot.ts";
import { EfiVariables, GLOBAL_VENDOR } from "../../../src/linux/efivars.ts";
import {
  bootVariableIn,
  craftBootOption,
  craftNumbers,
  fakeBootVariables,
} from "../../fixtures/boot-options.ts";

const folder = mkdtempSync(join(tmpdir(), "holdfast-rauc-efi-"));
afterAll(() => rmSync(folder, { recursive: true }));
let made = 0;

const OPTIONS = {
  Boot0000: craftBootOption("UEFI Shell"),
  Boot0001: craftBootOption("A"),
  Boot0002: craftBootOption("B"),
  BootOrder: craftNumbers(1, 2, 0),
};

function make(values: Readonly<Record<string, Buffer>> = {}, booted: string | null = null) {
  const efivars = fakeBootVariables(join(folder, `${made++}`), { ...OPTIONS, ...values });
  const slots = ["a", "b"].map((id) => ({ id, bootname: id.toUpperCase() }));
  const options = { slots, counting: "bootloader", freshTries: 3, booted } as const;
  const control = new RaucEfi(new EfiVariables(efivars, GLOBAL_VENDOR), options);
  const bytes = (name: string) => readFileSync(bootVariableIn(efivars, name)).subarray(4);
  return { control, efivars, order: () => [...new Uint16Array(Uint8Array.from(bytes("BootOrder")).buffer)] };
}

describe("reading", () => {
  test("what BootOrder names is good and stands by its place; what it does not is bad", async () => {
    const { control } = make({ BootOrder: craftNumbers(2, 0), BootNext: craftNumbers(1) });
    const state = await control.read();
    expect(state.slots.map(({ id, health, priority }) => [id, health, priority])).toEqual([
      ["a", "bad", 0],
      ["b", "good", 2],
    ]);
    expect(state).toMatchObject({ default: "b", once: "a", problems: [] });
    expect(state.slots[1]).toMatchObject({ triesLeft: null, triesDone: null, successful: null });
  });

  test("an inactive option is bad and never the default: the firmware skips it", async () => {
    const { control } = make({ Boot0001: craftBootOption("A", false) });
    expect(await control.read()).toMatchObject({
      default: "b",
      slots: [{ health: "bad" }, { health: "good" }],
    });
  });

  test("something else in front of the slots is told", async () => {
    const { control } = make({ BootOrder: craftNumbers(0, 1, 2) });
    const { problems, default: first } = await control.read();
    expect([first, problems]).toEqual([
      "a",
      ['BootOrder begins with Boot0000 ("UEFI Shell"), which is no slot here'],
    ]);
  });

  test.each<[string, Readonly<Record<string, Buffer>>, RegExp]>([
    ["no option of that name", { Boot0001: craftBootOption("Other") }, /^no boot option .* called "A"$/],
    ["twins", { Boot000F: craftBootOption("A") }, /^Boot0001 and Boot000F are both called "A"$/],
    ["a damaged option", { Boot0001: Buffer.alloc(3) }, /^Boot0001 has 3 bytes/],
  ])("%s: that slot is unknown, and nothing is written", async (_, values, told) => {
    const { control, order } = make(values);
    const { slots, problems } = await control.read();
    expect(slots.map(({ health }) => health)).toEqual(["unknown", "good"]);
    expect(problems[0]).toMatch(told);
    const change: Change = { kind: "select", slot: "a", once: false };
    await expect(control.apply(change)).rejects.toMatchObject({ kind: "badStore" });
    expect(order()).toEqual([1, 2, 0]);
  });

  test("without efivarfs, and without or with half a BootOrder, every slot is unknown", async () => {
    const { control, efivars } = make();
    rmSync(efivars, { recursive: true });
    expect(await control.read()).toMatchObject({
      slots: [{ health: "unknown" }, { health: "unknown" }],
      problems: [expect.stringMatching(/^efivarfs is not mounted/), expect.anything(), expect.anything()],
    });
    const half = make({ BootOrder: Buffer.alloc(3) });
    expect((await half.control.read()).slots.map(({ health }) => health)).toEqual(["unknown", "unknown"]);
    await expect(half.control.apply({ kind: "mark-good", slot: "a" })).rejects.toMatchObject({
      kind: "badStore",
    });
  });
});

describe("writing", () => {
  test.each<[string, Change, string | null, number[]]>([
    ["select puts the slot in front", { kind: "select", slot: "b", once: false }, null, [2, 1, 0]],
    ["a good mark of the running slot puts it in front", { kind: "mark-good", slot: "b" }, "b", [2, 1, 0]],
    ["a good mark of another slot leaves its place", { kind: "mark-good", slot: "b" }, "a", [1, 2, 0]],
    ["a bad mark takes it out", { kind: "mark-bad", slot: "a" }, null, [2, 0]],
  ])("%s", async (_, change, booted, wanted) => {
    const { control, order, efivars } = make({}, booted);
    const others = readdirSync(efivars).length;
    await control.apply(change);
    expect(order()).toEqual(wanted);
    expect(readdirSync(efivars)).toHaveLength(others);
  });

  test("a bad slot that is marked good comes back behind the others", async () => {
    const { control, order } = make({ BootOrder: craftNumbers(2, 0) });
    expect((await control.apply({ kind: "mark-good", slot: "a" })).default).toBe("b");
    expect(order()).toEqual([2, 0, 1]);
  });

  test("once is BootNext, and ends with another default or a bad mark; a wish for no slot here stays", async () => {
    const { control } = make();
    expect((await control.apply({ kind: "select", slot: "b", once: true })).once).toBe("b");
    expect((await control.apply({ kind: "select", slot: "a", once: false })).once).toBeNull();
    await control.apply({ kind: "select", slot: "b", once: true });
    expect((await control.apply({ kind: "mark-bad", slot: "b" })).once).toBeNull();
    const foreign = make({ BootNext: craftNumbers(0) });
    await foreign.control.apply({ kind: "select", slot: "b", once: false });
    expect(readdirSync(foreign.efivars).some((name) => name.startsWith("BootNext-"))).toBe(true);
  });

  test("the last entry of BootOrder is never taken out, and an inactive option is not chosen", async () => {
    const { control, order } = make({ BootOrder: craftNumbers(1), Boot0002: craftBootOption("B", false) });
    await expect(control.apply({ kind: "mark-bad", slot: "a" })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/^Boot0001 is all that BootOrder names/),
    });
    await expect(control.apply({ kind: "select", slot: "b", once: true })).rejects.toMatchObject({
      kind: "refused",
      message: expect.stringMatching(/^Boot0002 \("B"\) is inactive/),
    });
    expect(order()).toEqual([1]);
  });

  test("tries are refused: nobody counts", async () => {
    await expect(make().control.apply({ kind: "set-tries", slot: "a", tries: 2 })).rejects.toMatchObject({
      kind: "refused",
      exitCode: 4,
    });
  });
});
