import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ResetReceipt } from "../../src/domain/reset.ts";
import { ALL } from "./all.ts";
import { chooseByKeys, focusByKeys } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { isTextConsole } from "./picture.ts";
import { waitForGoodMark, waitForSlot } from "./real-root.ts";
import { shoot } from "./shoot.ts";
import { readCounters } from "./slots.ts";
import { outsideState, recordPlace } from "./state-partition.ts";

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
async function expectFresh(
  machine: Machine,
  disk: string,
  outside: string,
  expected: Partial<ResetReceipt>,
): Promise<void> {
  await waitForSlot(machine, "a");
  await waitForGoodMark(machine, "a");
  const { agent } = machine;
  // No directories are configured: what the system had is there again, and empty.
  expect(await agent.output("ls -A /home && grep -c ' /home ' /proc/mounts")).toBe("1");
  const { reset, receipt } = JSON.parse(await agent.output("holdfast status --json 2>/dev/null"));
  expect(reset).toBeNull();
  expect(receipt).toMatchObject({ grade: "discarded", outcome: "done", ...expected });
  await agent.output("sync");
  expect(outsideState(disk)).toBe(outside);
  expect(recordPlace(disk).every((byte) => byte === 0)).toBe(true);
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
    const isRecorded = () => recordPlace(disk).toString("latin1", 0, 8) === "HOLDFRST";
    while (!isRecorded()) await new Promise((resolve) => setTimeout(resolve, 20));
    await first.stop();

    const second = await machines.start();
    await second.terminal.waitForHistory(new RegExp(CARRIED_OUT), 120_000);
    await second.terminal.waitForHistory(/holdfast: Step 5 of 5: Finishing/, 120_000);
    await expectFresh(second, disk, outside, { scope: "data", origin: "next-boot", attempts: 2 });
    await second.agent.output("echo mine >/home/diary; sync");
    await second.stop();
  });

  test("is done from the menu by the volume keys, held to confirm", async () => {
    const { disk } = machines;
    const outside = outsideState(disk);
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal } = machine;
    await terminal.waitFor(/Boot menu/);
    await chooseByKeys(machine, "Reset");
    await chooseByKeys(machine, "Everything");
    await terminal.waitFor(/Everything that is yours is removed for good/);
    await terminal.waitFor(/\/home +is removed, /);
    await focusByKeys(machine, "Remove everything");
    await shoot(machine, "reset-preview");
    machine.keys.hold("power");
    await new Promise((resolve) => setTimeout(resolve, 1500));
    await shoot(machine, "reset-hold");
    await terminal.waitFor(/Step \d of 5/);
    await shoot(machine, "reset-progress");
    await machine.keys.release("power");
    await terminal.waitFor(/Everything is removed/);
    await shoot(machine, "reset-receipt");
    await chooseByKeys(machine, "Go on");
    await chooseByKeys(machine, "Start Slot A");
    await expectFresh(machine, disk, outside, { scope: "all", origin: "menu", attempts: 1 });
  });
});

describe.runIf(ALL)("a factory reset", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("shows its steps on the panel while a boot carries it out", async () => {
    const machine = await askedFor(machines);
    await machine.agent.run("reboot", 2000).catch(() => null);
    await machine.terminal.waitForHistory(new RegExp(CARRIED_OUT), 120_000);
    // A slow card, so that there is something to see.
    await machine.throttleDisk(4);
    await machine.terminal.waitForHistory(/holdfast: Step 3 of 5/, 120_000);
    await machine.waitForPicture("the reset's screen", (picture) => !isTextConsole(picture));
    await shoot(machine, "reset-at-boot");
    await machine.throttleDisk(0);
    await machine.terminal.waitForHistory(/This is slot A:[\s\S]*This is slot A:/, 180_000);
    await waitForSlot(machine, "a", 180_000);
    expect((await machine.agent.run("ls /state/home/me")).code).not.toBe(0);
    await machine.stop();
  });

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
    expect(recordPlace(disk).every((byte) => byte === 0)).toBe(true);
  });
});
