import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sgdiskFaults } from "../integration/tools.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

const SECTOR = 512;

/** Wipes the header of the second partition table, in the last sector, as a resized image has it. */
function wreckBackup(disk: string): void {
  const fd = openSync(disk, "r+");
  writeSync(fd, Buffer.alloc(SECTOR), 0, SECTOR, statSync(disk).size - SECTOR);
  closeSync(fd);
}

describe.runIf(ALL)("a disk whose second partition table is damaged", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
    wreckBackup(machines.disk);
  });
  afterAll(() => machines.clear());

  test("is told in the menu, repaired when a person confirms it, and boots", async () => {
    expect(sgdiskFaults(machines.disk)).not.toEqual([]);
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal } = machine;
    await choose(machine, "A partition table is damaged");
    await choose(machine, "Repair");
    await terminal.waitFor(/REPAIR/);
    terminal.type("no\r");
    await terminal.waitFor(/That was not REPAIR/);
    expect(sgdiskFaults(machines.disk)).not.toEqual([]);
    terminal.type("REPAIR\r");
    await terminal.waitFor(/the backup GPT was written from the other copy \(ttyS0\)/);
    expect(terminal.screen()).not.toContain("A partition table is damaged");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    await machine.agent.output("sync");
    expect(sgdiskFaults(machines.disk)).toEqual([]);
  });
});
