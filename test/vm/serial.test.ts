import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { waitForSlot } from "./real-root.ts";

const UP = "\x1b[A";

describe("the menu on the serial console", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test("is the panel's: a move on one is seen on the other, and slot B is chosen there", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal } = machine;
    await terminal.waitFor(/> 3 Start Slot A/);
    expect(terminal.screen()).toContain("The kernel command line asks for this menu.");
    expect(terminal.screen()).toMatch(/2 Slot B\n +\[~\] Trying {2}3 tries left {2}Holdfast Demo 2\.1/);
    await waitForFrame(machine, "home-asked");

    terminal.type(UP);
    await terminal.waitFor(/> 2 Slot B/);
    await waitForFrame(machine, "home-asked-slot-b-focused");
    await machine.press("volumeup");
    await terminal.waitFor(/> 1 Slot A/);
    await machine.press("volumedown");
    await terminal.waitFor(/> 2 Slot B/);

    terminal.type("\r");
    await terminal.waitFor(/> 1 Start Slot B once/);
    await waitForFrame(machine, "slot-b");
    terminal.type("\r");
    const record = await waitForSlot(machine, "b");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });

    // The console that the menu had is an ordinary terminal again: echo, lines, signals.
    await terminal.waitForHistory(/slot-b:\/tmp# /);
    terminal.type("echo $((6 * 7)) is the answer\r");
    await terminal.waitForHistory(/\n42 is the answer/);
    proved("x64 bochs, fbdev", "serial");
  });
});
