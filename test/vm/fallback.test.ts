import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters, writeCounters } from "./slots.ts";

describe("a slot that never confirms itself", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("uses up its tries over real reboots; then slot B takes over and both menu and boot.json say why", async () => {
    writeCounters(machines.disk, "a", { priority: 2, tries: 2, successful: false });
    const machine = await machines.start({ words: ["demo.mark.a=none", "demo.then.a=reboot"] });
    await machine.terminal.waitForHistory(/This is slot A/);
    expect(readCounters(machines.disk, "a")).toEqual({ priority: 2, tries: 1, successful: false });
    await machine.terminal.waitForHistory(/This is slot A[\s\S]*This is slot A/);
    // vboot's rule: the last try takes the priority with it.
    expect(readCounters(machines.disk, "a")).toEqual({ priority: 0, tries: 0, successful: false });

    await machine.terminal.waitFor(/Start Slot B/);
    expect(machine.terminal.screen()).toContain("Slot A did not start after 2 tries, so slot B is used.");
    await waitForFrame(machine, "home-fallback");
    machine.terminal.type("\r");
    const record = await waitForSlot(machine, "b");
    const text = "Slot A did not start after 2 tries, so slot B is used.";
    expect(record).toMatchObject({ slot: "b", reason: { code: "fallback", text } });
    await waitForGoodMark(machine, "b");
    expect(readCounters(machines.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
    expect(readCounters(machines.disk, "a")).toEqual({ priority: 0, tries: 0, successful: false });
  });
});
