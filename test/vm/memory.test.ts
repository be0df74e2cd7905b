import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";
import { until } from "./until.ts";

async function waitForMenu({ agent, terminal }: Machine): Promise<void> {
  await agent.ready();
  const look = async () => (await agent.run("cat /run/holdfast/menu.log")).output.includes("first frame");
  await until(look, { what: "the first frame", timeout: 90_000, describe: () => terminal.describe() });
}

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
