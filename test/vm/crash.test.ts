import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { KILL_MENU_AT_ONCE, killMenu } from "./menu-process.ts";
import { isTextConsole } from "./picture.ts";
import { waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";
import { until } from "./until.ts";

let machines: Bench;
afterEach(() => machines.clear());

/** Slot A runs, both consoles are ordinary terminals again, and the serial one said what happened. */
async function expectOrdinaryStart(machine: Machine): Promise<void> {
  const record = await waitForSlot(machine, "a");
  expect(record.slot).toBe("a");
  expect(machine.terminal.history()).toMatch(/holdfast menu failed \(ended by signal 9\)/);
  await machine.terminal.waitForHistory(/slot-a:\/tmp# /);
  machine.terminal.type("echo $((6 * 7)) is the answer\r");
  await machine.terminal.waitForHistory(/\n42 is the answer/);
  // KD_TEXT: the system's words reach the glass. Their letters are on black.
  await machine.waitForPicture("the text console", isTextConsole);
  await machine.agent.output("clear >/dev/tty1");
  const dark = await machine.waitForPicture("an empty console", ({ data }) => lit(data) < 1000);
  await machine.agent.output("echo 'words for the panel, words for the panel' >/dev/tty1");
  const before = lit(dark.data);
  await machine.waitForPicture("letters on the panel", ({ data }) => lit(data) > before + 500);
}

/** Bytes that are not black; alpha is 255 in every pixel and does not count. */
function lit(data: Uint8Array): number {
  let count = 0;
  for (let at = 0; at < data.length; at += 4) {
    if (data[at] !== 0 || data[at + 1] !== 0 || data[at + 2] !== 0) count++;
  }
  return count;
}

describe("a menu that is killed", () => {
  test("while a person looks at it ends in an ordinary start with usable consoles", async () => {
    machines = await bench();
    const machine = await machines.start({ words: ["holdfast.menu"] });
    await machine.terminal.waitFor(/> 3 Start Slot A/);
    await killMenu(machine);
    await expectOrdinaryStart(machine);
  });
});

describe.runIf(ALL)("a menu that is killed", () => {
  test("before its first frame ends in an ordinary start with usable consoles", async () => {
    const files = { "etc/holdfast/early.d/60-kill-menu.sh": KILL_MENU_AT_ONCE };
    machines = await bench({ name: "test-killed", files });
    const machine = await machines.start({ words: ["holdfast.menu"] });
    await expectOrdinaryStart(machine);
    expect(machine.terminal.history()).not.toContain("> 3 Start Slot A");
  });

  test("in the middle of a write leaves a disk that boots and that can be written again", async () => {
    machines = await bench();
    const { disk } = machines;
    const machine = await machines.start({ words: ["holdfast.menu"] });
    await machine.terminal.waitFor(/> 3 Start Slot A/);
    machine.terminal.type("2");
    await machine.terminal.waitFor(/2 Make default/);
    await machine.throttleDisk(1);
    machine.terminal.type("2");
    const torn = () => !sameTables(readFileSync(disk));
    const describe = () => machine.terminal.describe();
    await until(torn, { what: "a half written GPT", timeout: 60_000, describe, interval: 5 });
    await killMenu(machine);
    await machine.throttleDisk(0);

    await expectOrdinaryStart(machine);
    const after = { a: readCounters(disk, "a"), b: readCounters(disk, "b") };
    expect(after).toMatchObject({ a: { successful: true }, b: { tries: 3, successful: false } });
    await machine.agent.output("holdfast select b");
    await machine.agent.output("sync");
    expect(readCounters(disk, "b").priority).toBeGreaterThan(readCounters(disk, "a").priority);
    expect(run("sfdisk", ["-V", disk])).toContain("No errors detected");
    expect(sameTables(readFileSync(disk))).toBe(true);
  });
});

/** Whether both copies of the GPT hold the same entries: 128 of 128 bytes, behind the first header and before the last. */
function sameTables(image: Buffer): boolean {
  const size = 128 * 128;
  const primary = image.subarray(1024, 1024 + size);
  const backup = image.subarray(image.length - 512 - size, image.length - 512);
  return primary.equals(backup);
}
