import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe.runIf(ALL)("a device with slots A, B and C", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-three", slots: demoSlots(3) });
  });
  afterAll(() => machines.clear());

  test("shows all three, and C is made the default and started", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal } = machine;
    await terminal.waitFor(/> 4 Start Slot A/);
    expect(terminal.screen()).toMatch(/1 Slot A\n.*\n +2 Slot B\n.*\n +3 Slot C\n +\[\+\] Good/);
    await waitForFrame(machine, "home-three");
    terminal.type("3");
    await terminal.waitFor(/2 Make default/);
    terminal.type("2");
    await terminal.waitFor(/Slot C is the default now/);
    const { a, b, c } = {
      a: readCounters(machines.disk, "a").priority,
      b: readCounters(machines.disk, "b").priority,
      c: readCounters(machines.disk, "c").priority,
    };
    // vboot's "prioritize": the others keep their order and stay above 0.
    expect([c > a, a > b, b > 0]).toEqual([true, true, true]);
    terminal.type("1");
    expect(await waitForSlot(machine, "c")).toMatchObject({ slot: "c", reason: { code: "chosen" } });
    await waitForGoodMark(machine, "c");
    expect(await machine.agent.output("holdfast status")).toContain("Next start: slot c.");
  });
});
