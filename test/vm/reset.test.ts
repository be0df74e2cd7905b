import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { RESET_RESERVED_BYTES } from "../../src/domain/reset.ts";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

interface Place {
  readonly start: number;
  readonly size: number;
}

function statePartition(disk: string): Place {
  const table = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
  const found = table.partitions.find((each: { name: string }) => each.name === "state");
  return { start: found.start * 512, size: found.size * 512 };
}

/** SHA-256 of everything on the disk besides the state partition. */
function outsideState(disk: string): string {
  const { start, size } = statePartition(disk);
  const bytes = readFileSync(disk);
  const parts = [bytes.subarray(0, start), bytes.subarray(start + size)];
  return parts.reduce((hash, part) => hash.update(part), createHash("sha256")).digest("hex");
}

/** Whether no record of a reset is left at the end of the state partition. */
function endIsClear(disk: string): boolean {
  const { start, size } = statePartition(disk);
  const end = readFileSync(disk).subarray(start + size - RESET_RESERVED_BYTES, start + size);
  return end.every((byte) => byte === 0);
}

const CARRIED_OUT = "A factory reset is carried out";

/** Starts the machine, leaves user data, and asks for a reset of it at the next start. */
async function askedFor(machines: Bench): Promise<Machine> {
  const machine = await machines.start();
  await waitForSlot(machine, "a");
  await waitForGoodMark(machine, "a");
  const { agent } = machine;
  await agent.output(
    "mkdir -p /state/home/me && dd if=/dev/urandom of=/state/home/me/photo bs=1k count=300 2>&1",
  );
  await agent.output("echo mine >/state/home/me/diary; sync");
  const unconfirmed = await agent.run("holdfast reset --scope data --next-boot");
  expect(unconfirmed).toMatchObject({ code: 4, output: expect.stringContaining("was not confirmed") });
  const shown = await agent.output("holdfast reset --scope data --next-boot --yes");
  expect(shown).toMatch(/scope data: \/dev\/vda\d \(state\), 64\.0 MiB\n +removed +\/home, 0\.3 MiB/);
  expect(shown).toContain("The device is told to drop everything");
  const { reset } = JSON.parse(await agent.output("holdfast status --json 2>/dev/null"));
  expect(reset).toMatchObject({ scope: "data", origin: "next-boot" });
  await agent.output("sync");
  return machine;
}

/** The system is fresh, says so, and nothing but the state partition was touched. */
async function expectFresh(machine: Machine, disk: string, outside: string, attempts: number): Promise<void> {
  await waitForSlot(machine, "a");
  await waitForGoodMark(machine, "a");
  const { agent } = machine;
  expect((await agent.run("ls /state/home/me")).code).not.toBe(0);
  const { reset, receipt } = JSON.parse(await agent.output("holdfast status --json 2>/dev/null"));
  expect(reset).toBeNull();
  expect(receipt).toMatchObject({
    scope: "data",
    origin: "next-boot",
    grade: "discarded",
    outcome: "done",
    attempts,
  });
  await agent.output("sync");
  expect(outsideState(disk)).toBe(outside);
  expect(endIsClear(disk)).toBe(true);
  expect(readCounters(disk, "b")).toEqual({ priority: 1, tries: 3, successful: false });
}

describe("a factory reset that the running system asks for", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("goes on by itself after QEMU was killed in it, and changes nothing else", async () => {
    const { disk } = machines;
    const first = await askedFor(machines);
    const outside = outsideState(disk);
    await first.agent.run("reboot", 2000).catch(() => null);
    await first.terminal.waitForHistory(new RegExp(CARRIED_OUT), 120_000);
    await first.agent.ready();
    const tail = statePartition(disk);
    const isRecorded = () =>
      readFileSync(disk)
        .toString("latin1", tail.start + tail.size - RESET_RESERVED_BYTES)
        .startsWith("HOLDFRST");
    while (!isRecorded()) await new Promise((resolve) => setTimeout(resolve, 20));
    await first.stop();

    const second = await machines.start();
    await second.terminal.waitForHistory(new RegExp(CARRIED_OUT), 120_000);
    await expectFresh(second, disk, outside, 2);
  });
});

describe.runIf(ALL)("a factory reset", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("ends well wherever QEMU is killed in it", { timeout: 1_200_000 }, async () => {
    const { disk } = machines;
    let machine = await askedFor(machines);
    const outside = outsideState(disk);
    await machine.agent.run("reboot", 2000).catch(() => null);
    let kills = 0;
    await machine.terminal.waitForHistory(new RegExp(CARRIED_OUT), 120_000);
    for (const delay of [300, 900, 1600, 2400, 3300, 4500]) {
      await new Promise((resolve) => setTimeout(resolve, delay));
      await machine.stop();
      kills++;
      machine = await machines.start();
      await machine.terminal.waitForHistory(new RegExp(`${CARRIED_OUT}|This is slot A`), 120_000);
      if (!machine.terminal.history().includes(CARRIED_OUT)) break;
    }
    console.log(`QEMU was killed ${kills} times`);
    expect(kills).toBeGreaterThan(2);
    await waitForSlot(machine, "a", 180_000);
    await machine.agent.ready();
    expect((await machine.agent.run("ls /state/home/me")).code).not.toBe(0);
    expect(outsideState(disk)).toBe(outside);
    expect(endIsClear(disk)).toBe(true);
  });
});
