import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";
import { readCounters } from "./slots.ts";

/** "1234", with N = 16384, r = 8, p = 1 and 32 bytes. */
const PIN = "scrypt:0011223344556677:e5c8a1751741dc8e03ca2bf7f6eca639e07ed46c2ca4c181f74a461d1f2f4d26";

/** A line on USB that asks for a PIN, and one for scripts, besides the first serial line. */
const CONFIG = `[console]
serial = ["/dev/ttyS0", "/dev/ttyUSB0"]
script = ["/dev/ttyS2"]
ask_pin = ["ttyUSB0"]
pin = "${PIN}"
`;

/** Somebody else's on the line that the configuration gives to scripts. */
const GETTY = "#!/bin/sh\nbusybox getty 115200 ttyS2 vt100 &\necho $! >/run/getty.pid\n";

/** What a script sees last, and what it sends. */
function script(machine: Machine) {
  const line = machine.line("ttyS2");
  const send = (intent: object) => line.type(`${JSON.stringify(intent)}\n`);
  return {
    choose: (key: string) => send({ kind: "choose-item", key }),
    send,
    waitFor: (pattern: RegExp) => line.waitForHistory(pattern),
    log: () => line.log(),
  };
}

describe.runIf(ALL)("consoles of three kinds", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "consoles",
      modules: ["xhci_pci", "ftdi_sio"],
      files: {
        "etc/holdfast/config.d/50-consoles.toml": CONFIG,
        "etc/holdfast/early.d/60-getty.sh": GETTY,
      },
    });
  });
  afterAll(() => machines.clear());

  test("share one menu: a getty's line, a PIN, a line that is pulled out and put back, and a script that marks a slot", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"], thirdLine: true, usbLine: "away" });
    const { terminal, agent } = machine;
    const usb = machine.line("ttyUSB0");
    await terminal.waitFor(/> 3 Start Slot A/);

    // A getty keeps its line for itself, and the menu takes it up when that has ended.
    await agent.ready();
    await machine.line("ttyS2").waitFor(/login:/);
    const log = await agent.output("cat /run/holdfast/menu.log");
    expect(log).toMatch(/ttyS2 cannot be used as a terminal: \w+ \(process \d+\) reads it/);
    await agent.output("kill -9 $(cat /run/getty.pid)");
    await machine.line("ttyS2").waitForHistory(/"screen":"home"/);

    // A line that was not there at the start is taken up when it is plugged in.
    await agent.output("until grep -q 'ttyUSB0 is left out' /run/holdfast/menu.log; do usleep 100000; done");
    await machine.plugLine();
    await usb.waitFor(/> 3 Start Slot A/);

    // Nothing is chosen on the line with a PIN, until the right one was typed there.
    usb.type("7");
    await usb.waitFor(/PIN of this console/);
    usb.type("9999\r");
    await usb.waitFor(/That was not the PIN/);
    expect(terminal.screen()).toContain("Boot menu");
    usb.type("7");
    await usb.waitFor(/PIN of this console/);
    usb.type("1234\r");
    await usb.waitFor(/This console is open now/);
    usb.type("7");
    await terminal.waitFor(/Power off/);

    // Pulled out and put back, it shows what the others show meanwhile.
    await machine.unplugLine();
    await agent.output("while [ -e /dev/ttyUSB0 ]; do usleep 100000; done");
    terminal.type("\x1b");
    await terminal.waitFor(/Boot menu/);
    await machine.plugLine();
    await agent.output("until grep -q 'ttyUSB0 is back' /run/holdfast/menu.log; do usleep 100000; done");
    await usb.waitFor(/Start Slot A/);

    // A script does what a person can, and is told apart from the others.
    const robot = script(machine);
    robot.send({ kind: "next" });
    robot.choose("slot:b");
    await robot.waitFor(/"screen":"slot"/);
    robot.choose("mark-bad");
    robot.send({ kind: "type", text: "BAD" });
    robot.send({ kind: "submit" });
    await terminal.waitFor(/Slot B is marked bad now\. \(ttyS2\)/);
    expect(await agent.output("cat /run/holdfast/menu.log")).toContain("ttyS2: mark-bad b");
    expect(readCounters(machines.disk, "b")).toMatchObject({ tries: 0, successful: false });
    robot.choose("back");
    robot.choose("continue");
    await waitForSlot(machine, "a");
    expect(robot.log()).toContain('{"closed":true}');
  });
});
