import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";
import { readCounters, writeCounters } from "./slots.ts";

const BAD = { priority: 0, tries: 0, successful: false };

describe("a device on which no slot can boot", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("shows the menu by itself, and a slot with fresh tries starts from there", async () => {
    writeCounters(machines.disk, "a", BAD);
    writeCounters(machines.disk, "b", BAD);
    const machine = await machines.start();
    const { terminal } = machine;
    await terminal.waitFor(/1 Slot A\n +\[[^\]]\] Bad/);
    await waitForFrame(machine, "home-both-bad");
    expect(readCounters(machines.disk, "a")).toEqual(BAD);

    terminal.type("1");
    await terminal.waitFor(/4 Give 3 fresh tries/);
    expect(terminal.screen()).toContain("It is bad and may not start.");
    terminal.type("4");
    await terminal.waitFor(/3 tries left/);
    expect(readCounters(machines.disk, "a")).toMatchObject({ tries: 3, successful: false });
    terminal.type("1");
    const record = await waitForSlot(machine, "a");
    expect(record.reason.code).toBe("chosen");
  });
});
