import { closeSync, openSync, statSync, writeSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
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

/** What sgdisk finds wrong with the tables of a disk; it says the same on stdout and ends with 0. */
function faults(disk: string): string[] {
  const lines = run("sgdisk", ["-v", disk]).split("\n");
  return lines.filter((line) => /error|warning|caution|problem:/i.test(line));
}

describe("a disk whose second partition table is damaged", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
    wreckBackup(machines.disk);
  });
  afterAll(() => machines.clear());

  test("is told in the menu, repaired when a person confirms it, and boots", async () => {
    expect(faults(machines.disk)).not.toEqual([]);
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal } = machine;
    await choose(machine, "A partition table is damaged");
    await choose(machine, "Repair");
    await terminal.waitFor(/REPAIR/);
    terminal.type("no\r");
    await terminal.waitFor(/That was not REPAIR/);
    expect(faults(machines.disk)).not.toEqual([]);
    terminal.type("REPAIR\r");
    await terminal.waitFor(/It is repaired/);
    terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    await machine.agent.output("sync");
    expect(faults(machines.disk)).toEqual([]);
  });
});
