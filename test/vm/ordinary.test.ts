import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, bench } from "./kit.ts";
import { processes, waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe("an ordinary boot", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("takes the default slot without a menu and leaves nothing of Holdfast behind", async () => {
    const machine = await machines.start();
    const record = await waitForSlot(machine, "a");
    expect(record).toMatchObject({ slot: "a", reason: { code: "default", text: "Slot A is the default." } });
    expect(record.kernel).toBe((await machine.agent.output("uname -r")).trim());
    await waitForGoodMark(machine, "a");
    expect(machine.terminal.history()).not.toContain("Boot menu");
    expect((await processes(machine)).filter((line) => /holdfast|busybox sh \/init/.test(line))).toEqual([]);
    const files = await machine.agent.output("ls /run/holdfast");
    expect(files).not.toContain("menu.json");
    // The initramfs is out of memory: with it, a third of the machine would not be free.
    const [total = 0, available = 0] = (
      await machine.agent.output("awk '/MemTotal|MemAvailable/ { print $2 }' /proc/meminfo")
    )
      .split("\n")
      .map(Number);
    expect(available / total).toBeGreaterThan(0.8);
    expect(readCounters(machines.disk, "a")).toEqual({ priority: 2, tries: 0, successful: true });
    expect(readCounters(machines.disk, "b")).toEqual({ priority: 1, tries: 3, successful: false });
  });
});
