import { describe, expect, test } from "vitest";
import { BootcountStyle } from "../../../src/boot-control/bootcount-style.ts";
import { GreenbootStyle } from "../../../src/boot-control/greenboot-style.ts";
import type { VariableStyle, Variables } from "../../../src/boot-control/variable-style.ts";
import type { Change } from "../../../src/domain/slot.ts";

/** Stores with one counter, for the slot that starts next; of other slots they know nothing. */
const BOOTCOUNT = new BootcountStyle(
  [
    { id: "a", variables: { part: "2", part_hex: "2" } },
    { id: "b", variables: { part: "3", part_hex: "3" } },
  ],
  3,
);
const GREENBOOT = new GreenbootStyle(
  [
    { id: "a", entry: "0" },
    { id: "b", entry: "1" },
  ],
  3,
);
const CHOSEN = { part: "2", part_hex: "2", altbootcmd: "run other", bootlimit: "3" };
const vars = (values: Record<string, string>): Variables => new Map(Object.entries(values));
const changed = (style: VariableStyle, values: Record<string, string>, change: Change) => {
  const edited = [...new Map([...vars(values), ...style.edits(vars(values), change)])];
  return Object.fromEntries(
    edited.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const])),
  );
};
const first = (style: VariableStyle, values: Record<string, string>, booted: string | null = null) => {
  const { health, triesLeft, successful } = style.stateOf(vars(values), booted).slots[0] ?? {};
  return [health, triesLeft, successful];
};

describe("U-Boot's boot counter", () => {
  test.each<[Record<string, string>, string | null, unknown[]]>([
    [{}, null, ["good", 0, true]],
    [{ upgrade_available: "0", bootcount: "9" }, null, ["good", 0, true]],
    [{ upgrade_available: "1", bootcount: "0" }, null, ["trying", 3, false]],
    [{ upgrade_available: "1", bootcount: "2" }, null, ["trying", 1, false]],
    [{ upgrade_available: "1", bootcount: "3" }, null, ["bad", 0, false]],
    [{ upgrade_available: "1", bootcount: "3" }, "a", ["trying", 0, false]],
    [{ upgrade_available: "1", bootcount: "999999999" }, null, ["bad", 0, false]],
    [{ upgrade_available: "1", bootcount: "5", bootlimit: "0" }, null, ["trying", null, false]],
    [{ upgrade_available: "1", bootcount: "-1" }, null, ["unknown", null, null]],
    [{ upgrade_available: "yes" }, null, ["unknown", null, null]],
    [{ bootcount: "99999999999999999999" }, null, ["unknown", null, null]],
  ])("%j with %s running reads %j", (values, booted, told) => {
    expect(first(BOOTCOUNT, { ...CHOSEN, ...values }, booted)).toEqual(told);
  });

  test("the other slot is unknown, and takes over when the tries are used up", () => {
    const state = BOOTCOUNT.stateOf(vars({ ...CHOSEN, upgrade_available: "1", bootcount: "3" }), null);
    expect(state.slots[1]?.health).toBe("unknown");
    expect(state).toMatchObject({ default: "b", problems: [expect.stringMatching(/runs altbootcmd/)] });
  });

  test("values that choose no slot make both unknown", () => {
    const state = BOOTCOUNT.stateOf(vars({ ...CHOSEN, part_hex: "3" }), null);
    expect(state.slots.map((slot) => slot.health)).toEqual(["unknown", "unknown"]);
    expect(state).toMatchObject({
      default: null,
      problems: ["part, part_hex: the values choose no slot of the configuration"],
    });
  });

  test("choosing the other slot sets all its variables and begins a trial", () => {
    const select = { kind: "select", slot: "b", once: false } as const;
    expect(changed(BOOTCOUNT, { ...CHOSEN, bootcount: "2" }, select)).toEqual({
      ...CHOSEN,
      part: "3",
      part_hex: "3",
      upgrade_available: "1",
      bootcount: "0",
    });
  });

  test("choosing the slot that is chosen changes nothing while it can start, else begins a trial", () => {
    const select = { kind: "select", slot: "a", once: false } as const;
    const trying = { ...CHOSEN, upgrade_available: "1", bootcount: "2" };
    expect(changed(BOOTCOUNT, trying, select)).toEqual(trying);
    expect(changed(BOOTCOUNT, { ...trying, bootcount: "3" }, select)).toEqual({ ...trying, bootcount: "0" });
  });

  test("a good mark on the last try ends the trial", () => {
    const values = { ...CHOSEN, upgrade_available: "1", bootcount: "3" };
    const marked = changed(BOOTCOUNT, values, { kind: "mark-good", slot: "a" });
    expect(marked).toEqual({ ...CHOSEN, upgrade_available: "0", bootcount: "0" });
    expect(first(BOOTCOUNT, marked)).toEqual(["good", 0, true]);
  });

  test.each<[string, Record<string, string>, Change, RegExp]>([
    [
      "a trial without altbootcmd",
      { altbootcmd: "" },
      { kind: "select", slot: "b", once: false },
      /altbootcmd is not set/,
    ],
    [
      "a bad mark without bootlimit",
      { bootlimit: "0" },
      { kind: "mark-bad", slot: "a" },
      /bootlimit is not set/,
    ],
    [
      "more tries than bootlimit",
      {},
      { kind: "set-tries", slot: "a", tries: 4 },
      /4 tries are more than bootlimit/,
    ],
    ["a mark of the other slot", {}, { kind: "mark-good", slot: "b" }, /counts for the chosen slot only/],
  ])("%s is refused", (_, values, change, message) => {
    expect(() => BOOTCOUNT.edits(vars({ ...CHOSEN, ...values }), change)).toThrow(message);
  });

  test("numbers that are none are never written over", () => {
    const values = vars({ ...CHOSEN, bootcount: "x" });
    expect(() => BOOTCOUNT.edits(values, { kind: "mark-good", slot: "a" })).toThrow(
      /^nothing was written: bootcount is "x", a whole number would be right$/,
    );
  });

  test("slots that no variables tell apart are a bad configuration", () => {
    const same = { id: "b", variables: { part: "2" } };
    expect(() => new BootcountStyle([{ ...same, id: "a" }, same], 3)).toThrow(/^slot b: slot_variables/);
    expect(() => new BootcountStyle([{ id: "a", variables: {} }], 3)).toThrow(/^slot a: slot_variables/);
  });
});

describe("greenboot's counter", () => {
  test.each<[Record<string, string>, string | null, unknown[]]>([
    [{ boot_success: "1" }, null, ["good", null, true]],
    [{ boot_success: "1", boot_counter: "2" }, null, ["good", 2, true]],
    [{ boot_success: "0" }, null, ["trying", null, false]],
    [{ boot_success: "0", boot_counter: "3" }, null, ["trying", 3, false]],
    [{ boot_success: "0", boot_counter: "0" }, null, ["bad", 0, false]],
    [{ boot_success: "0", boot_counter: "0" }, "a", ["trying", 0, false]],
    [{ boot_success: "0", boot_counter: "-1" }, "a", ["bad", 0, false]],
    [{ boot_counter: "soon" }, null, ["unknown", null, null]],
    [{ boot_counter: "-2" }, null, ["unknown", null, null]],
    [{ boot_success: "1", env_block: "512+1" }, null, ["unknown", null, null]],
  ])("%j with %s running reads %j", (values, booted, told) => {
    expect(first(GREENBOOT, values, booted)).toEqual(told);
  });

  test("after the tries the second entry starts", () => {
    const spent = { boot_success: "0", boot_counter: "-1" };
    expect(GREENBOOT.stateOf(vars(spent), null).default).toBe("b");
    const good = changed(GREENBOOT, spent, { kind: "mark-good", slot: "a" });
    expect(good).toEqual({ boot_success: "1" });
    expect(GREENBOOT.stateOf(vars(good), null).default).toBe("a");
  });

  test("the entry of the next start is kept apart, and one that is no slot is told of", () => {
    const once = changed(GREENBOOT, {}, { kind: "select", slot: "b", once: true });
    expect(GREENBOOT.stateOf(vars(once), null)).toMatchObject({ default: "a", once: "b" });
    const foreign = GREENBOOT.stateOf(vars({ next_entry: "7" }), null);
    expect(foreign).toMatchObject({ once: null, problems: [expect.stringMatching(/next_entry is "7"/)] });
  });

  test("counters in a raw block are told of and never written beside it", () => {
    const values = vars({ env_block: "512+1" });
    expect(() => GREENBOOT.edits(values, { kind: "mark-good", slot: "a" })).toThrow(
      /nothing was written: .*env_block/,
    );
  });

  test("a mark of another entry than the first is refused", () => {
    expect(() => GREENBOOT.edits(vars({}), { kind: "mark-bad", slot: "b" })).toThrow(/first menu entry only/);
  });
});
