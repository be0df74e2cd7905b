import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { waitForMenu } from "./first-frame.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

describe("a phone with 256 MB, whose initramfs has Holdfast as an image", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "memory", payload: "image" });
  });
  afterAll(() => machines.clear());

  test("shows the menu, enters a slot, and keeps nothing of the image in memory", async () => {
    const machine = await machines.start({ memory: 256 });
    machine.keys.hold("volumedown");
    await waitForMenu(machine);
    await machine.keys.release("volumedown");
    const free = await machine.agent.output("sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo");
    expect(Number(free)).toBeGreaterThan(40_000);

    await machine.press("power");
    await waitForSlot(machine, "a");
    expect(await machine.agent.output("grep -c squashfs /proc/mounts; losetup -a; true")).toBe("0");
    expect((await machine.agent.output("holdfast status")).split("\n").length).toBeGreaterThan(2);
  });
});

describe.runIf(ALL)("a phone whose initramfs has Holdfast as files", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test.each([512, 384])("shows the menu with %i MB and enters a slot", async (memory) => {
    const machine = await machines.start({ memory });
    machine.keys.hold("volumedown");
    await waitForMenu(machine);
    await machine.keys.release("volumedown");
    await machine.press("power");
    await waitForSlot(machine, "a");
    // The next one writes to the same disk.
    await machine.stop();
  });
});
