import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { fakeBootloader } from "./fake-bootloader.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe("a slot whose root has no modules for the running kernel", () => {
  let machines: Bench;
  beforeAll(async () => {
    const [a, b] = demoSlots();
    if (a === undefined || b === undefined) throw new Error("The demo has two slots");
    machines = await bench({ name: "test-own-kernel", slots: [a, { ...b, kernel: "cloud-amd64" }] });
  });
  afterAll(() => machines.clear());

  test("is entered through the bootloader: select, reboot, and its own kernel starts it", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"], endAtReboot: true });
    const { terminal } = machine;
    await terminal.waitFor(/> 3 Start Slot A/);
    terminal.type("2");
    await terminal.waitFor(/> 1 .*[Rr]estart/);
    expect(terminal.screen()).toMatch(/Starts +By a restart/);
    terminal.type("1");
    await machine.waitForEnd();
    expect(readCounters(machines.disk, "b").priority).toBeGreaterThan(
      readCounters(machines.disk, "a").priority,
    );

    const choice = fakeBootloader(machines.disk, ["a", "b"]);
    expect(choice?.slot).toBe("b");
    const own = await machines.ownKernel("cloud-amd64");
    const second = await machines.start({ ...own, words: choice?.words ?? [], panel: null });
    const record = await waitForSlot(second, "b");
    expect(record).toMatchObject({ slot: "b", reason: { code: "bootloader-chose" } });
    expect(record.kernel).toMatch(/cloud/);
    // The firmware counted one try; Holdfast did not count another.
    expect(readCounters(machines.disk, "b").tries).toBe(2);
    await waitForGoodMark(second, "b");
    expect(readCounters(machines.disk, "b")).toMatchObject({ tries: 0, successful: true });
  });
});
