import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoSlots } from "../../src/build/demo-slots.ts";
import { chooseByKeys } from "./choose.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { BACK_ROW, POWER_TILE, tapOn } from "./places.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

describe("an arm64 machine whose initramfs has no C library but Holdfast's own", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "arm64", arch: "arm64", slots: demoSlots(2, "arm64") });
  }, 600_000);
  afterAll(() => machines.clear());

  test("shows the menu on virtio-gpu; the tablet works it, and volume keys lead to slot B, which confirms itself", async () => {
    const machine = await machines.start();
    machine.keys.hold("volumedown");
    await waitForFrame(machine, "home");
    await machine.keys.release("volumedown");
    const libraries = await machine.agent.output("find / -xdev -name 'libc.so*' -o -xdev -name 'ld-linux*'");
    expect(libraries.trim().split("\n").sort()).toEqual([
      "/usr/lib/holdfast/ld-linux-aarch64.so.1",
      "/usr/lib/holdfast/libc.so.6",
    ]);
    const others = "find / -xdev -name '*.so*' ! -path '/usr/lib/holdfast/*'; readlink -f /bin/sh";
    expect(await machine.agent.output(others)).toBe("/bin/busybox");

    await tapOn(machine, POWER_TILE);
    await waitForFrame(machine, "power");
    await tapOn(machine, BACK_ROW);
    await waitForFrame(machine, "home-power-focused");
    await chooseByKeys(machine, "Slot B");
    await waitForFrame(machine, "slot-b");
    await machine.press("power");

    const record = await waitForSlot(machine, "b");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });
    await waitForGoodMark(machine, "b");
    expect(readCounters(machines.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
    proved("arm64 virtio-gpu, fbdev", "keyboard", "tablet");
  }, 300_000);
});
