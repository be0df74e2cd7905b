import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe.runIf(ALL)("the counter-file scheme", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-counter-file", scheme: "counter-file" });
  });
  afterAll(() => machines.clear());

  test("counts tries in /state over real reboots, falls back, and leaves the GPT alone", async () => {
    const before = readCounters(machines.disk, "a");
    const words = ["demo.mark.a=none", "demo.then.a=reboot"];
    const machine = await machines.start({ words });
    const { terminal } = machine;
    await terminal.waitForHistory(/(This is slot A[\s\S]*){3}/, 180_000);
    await terminal.waitFor(/Slot A did not start after 3 tries, so slot B is used\./);
    terminal.type("\r");
    expect(await waitForSlot(machine, "b")).toMatchObject({ slot: "b", reason: { code: "fallback" } });
    await waitForGoodMark(machine, "b");
    const file = JSON.parse(await machine.agent.output("cat /state/.holdfast/slots.json"));
    expect(file.slots.a).toMatchObject({ triesLeft: 0, successful: false });
    expect(file.slots.b).toMatchObject({ successful: true });
    expect(readCounters(machines.disk, "a")).toEqual(before);
  });
});
