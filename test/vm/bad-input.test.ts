import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { waitForSlot } from "./real-root.ts";
import { readCounters, writeCounters } from "./slots.ts";

let machines: Bench;
afterEach(() => machines.clear());

/** Where the CRC of the primary GPT header lies (UEFI 2.10, 5.3.2). */
const HEADER_CRC = 512 + 16;

function damage(disk: string, offset: number): void {
  const fd = openSync(disk, "r+");
  writeSync(fd, Buffer.from([(readFileSync(disk).at(offset) ?? 0) ^ 0xff]), 0, 1, offset);
  closeSync(fd);
}

describe("what is broken", () => {
  test.runIf(ALL)(
    "a configuration: the boot goes on, the consoles name file, line and key, nothing is written",
    async () => {
      const files = { "usr/lib/holdfast/config.toml": '[menu]\nkey = "volume-sideways"\n' };
      machines = await bench({ name: "test-bad-config", files });
      const trying = { priority: 2, tries: 2, successful: false };
      writeCounters(machines.disk, "a", trying);
      const machine = await machines.start({ words: ["demo.mark=none"] });
      expect(await waitForSlot(machine, "a")).toMatchObject({ slot: "a", reason: { code: "bad-config" } });
      const said = machine.terminal.history().replaceAll("\n", "");
      expect(said).toMatch(/config\.toml.*menu\.key.*volume-sideways/);
      expect(readCounters(machines.disk, "a")).toEqual(trying);
    },
  );

  test.runIf(ALL)("the primary GPT: the backup is used, and the consoles say so", async () => {
    machines = await bench();
    damage(machines.disk, HEADER_CRC);
    const before = readFileSync(machines.disk).subarray(0, 34 * 512);
    const machine = await machines.start();
    expect(await waitForSlot(machine, "a")).toMatchObject({ slot: "a" });
    const said = machine.terminal.history().replaceAll("\n", "");
    expect(said).toMatch(/primary GPT header .* CRC .* the backup copy is used/);
    expect(
      readFileSync(machines.disk)
        .subarray(0, 34 * 512)
        .equals(before),
    ).toBe(true);
  });

  test("both GPTs: the menu on the serial console says what was found", async () => {
    machines = await bench();
    damage(machines.disk, HEADER_CRC);
    damage(machines.disk, readFileSync(machines.disk).length - 512 + 16);
    const before = readFileSync(machines.disk);
    const machine = await machines.start();
    await machine.terminal.waitFor(/Boot menu[\s\S]*Power/);
    const said = machine.terminal.history().replaceAll("\n", "");
    expect(said).toMatch(/primary GPT header at byte 512: CRC.*backup GPT header at byte \d+: CRC/);
    expect(readFileSync(machines.disk).equals(before)).toBe(true);
  });

  test.runIf(ALL)("no framebuffer: the menu is on the serial console alone", async () => {
    machines = await bench();
    const machine = await machines.start({ words: ["holdfast.menu"], panel: null });
    await machine.terminal.waitFor(/> 3 Start Slot A/);
    machine.terminal.type("\r");
    expect(await waitForSlot(machine, "a")).toMatchObject({ reason: { code: "chosen" } });
    proved("x64 serial alone", "serial");
  });
});
