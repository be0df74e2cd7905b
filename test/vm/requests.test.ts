import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { messageImage } from "../fixtures/misc.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

/** The first partition, which this machine does not need, becomes misc. */
const MISC = 1024 * 1024;

function leave(disk: string, command: string, recovery: string): void {
  run("sfdisk", ["--quiet", "--no-reread", "--part-label", disk, "1", "misc"]);
  const file = openSync(disk, "r+");
  writeSync(file, messageImage(command, recovery), 0, 2048, MISC);
  closeSync(file);
}

describe("a request in the bootloader's message", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());
  const message = () => readFileSync(machines.disk).subarray(MISC, MISC + 2048);

  test("opens the menu and says so, outlives a pulled plug, and is gone when a person chose", async () => {
    leave(machines.disk, "boot-recovery", "recovery\n--prompt_and_wipe_data\n--reason=MasterClear\n");
    const before = Buffer.from(message());
    const sentence = /A reset of all user data was asked for \(MasterClear\)\./;

    const first = await machines.start();
    await first.terminal.waitFor(sentence);
    await first.stop();
    expect(message().equals(before)).toBe(true);

    const second = await machines.start();
    await second.terminal.waitFor(sentence);
    await second.terminal.waitFor(/> 3 Start Slot A/);
    second.terminal.type("3");
    expect((await waitForSlot(second, "a")).reason.code).toBe("chosen");
    expect(message().every((byte) => byte === 0)).toBe(true);
    await second.stop();
  });

  test("for a reset without a question is carried out once, and the boot goes on", async () => {
    leave(machines.disk, "boot-recovery", "recovery\n--wipe_data\n");
    const machine = await machines.start();
    await waitForSlot(machine, "a");
    expect(message().every((byte) => byte === 0)).toBe(true);
    const status = JSON.parse(await machine.agent.output("holdfast status --json"));
    expect(status.reset).toBeNull();
    expect(status.receipt).toMatchObject({ scope: "data", origin: "bcb", outcome: "done" });
  });
});
