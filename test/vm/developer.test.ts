import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { choose } from "./choose.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench, PHONE } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

/** A developer extension in a folder, and one that says nothing about itself. */
const EXTENSIONS = `
	cd /state/.holdfast && mkdir -p extensions/tools/usr/bin extensions/tools/usr/lib/extension-release.d extensions/mute/usr
	printf '#!/bin/sh\\necho tool works\\n' >extensions/tools/usr/bin/devtool
	chmod 755 extensions/tools/usr/bin/devtool
	printf 'ID=holdfast-demo\\nVERSION_ID=2.0\\n' >extensions/tools/usr/lib/extension-release.d/extension-release.tools
`;
const MENU = "holdfast.menu";

describe("developer mode, by the menu on a serial line", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer" });
  });
  afterAll(() => machines.clear());

  /** A start into slot A by itself; the next one needs the machine before to be stopped. */
  async function start(): Promise<Machine> {
    const machine = await machines.start({ panel: null });
    await waitForSlot(machine, "a");
    return machine;
  }

  /** A start that stops at the menu. */
  async function startMenu(panel: typeof PHONE | null = null): Promise<Machine> {
    const machine = await machines.start({ words: [MENU], panel });
    await machine.terminal.waitFor(/Boot menu/, 90_000);
    return machine;
  }

  async function stop(machine: Machine): Promise<void> {
    await machine.agent.output("sync");
    await machine.stop();
  }

  const record = async (machine: Machine) =>
    JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json"));

  test("keeps changes to /usr, leaves them out of a safe start, and discards them", async () => {
    let machine = await startMenu(PHONE);
    await machine.agent.ready();
    await machine.agent.output(EXTENSIONS);
    await choose(machine, "Developer mode");
    await choose(machine, "Writable system");
    await choose(machine, "Developer tools");
    await machine.terminal.waitFor(/> \d \[x\] Developer tools/);
    await waitForFrame(machine, "developer");
    await choose(machine, "Turn on");
    await machine.terminal.waitFor(/Developer mode is on\./);
    await waitForFrame(machine, "developer-on");
    machine.terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    expect(await machine.agent.output("holdfast status --json")).toMatch(/"enabled": true/);
    expect(await machine.agent.output("devtool")).toBe("tool works");
    await machine.agent.output("echo mine >/usr/marker && rm -r /usr/lib/modules");
    expect(await record(machine)).toMatchObject({
      layers: { developer: { features: ["writable-usr", "dev-extension"], ephemeral: false }, safe: false },
      notes: [expect.stringMatching(/extensions\/mute is not used.*extension-release\.mute is missing/)],
    });
    await stop(machine);

    machine = await startMenu();
    await choose(machine, "Tools");
    await choose(machine, "Layers and safe mode");
    await choose(machine, "Start Slot A in safe mode");
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("cat /usr/marker; devtool")).code).not.toBe(0);
    expect(await machine.agent.output("ls /usr/lib/modules")).not.toBe("");
    expect(await record(machine)).toMatchObject({ layers: { safe: true } });
    await stop(machine);

    machine = await start();
    expect(await machine.agent.output("cat /usr/marker")).toBe("mine");
    expect((await machine.agent.run("ls /usr/lib/modules")).code).not.toBe(0);
    await stop(machine);

    machine = await startMenu();
    await choose(machine, "Developer mode");
    await choose(machine, "Discard my changes");
    await machine.terminal.waitFor(/DISCARD/);
    machine.terminal.type("discard\r");
    await machine.terminal.waitFor(/Your changes are gone/);
    machine.terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("cat /usr/marker")).code).not.toBe(0);
    expect(await machine.agent.output("ls /usr/lib/modules")).not.toBe("");
    expect(await machine.agent.output("ls -A /state/.holdfast/layers")).not.toMatch(/discarded/);
    expect(await machine.agent.output("devtool")).toBe("tool works");
    await machine.agent.output("chmod 666 /state/.holdfast/developer.json");
    const tampered = await machine.agent.output("holdfast status 2>&1");
    expect(tampered).toMatch(/Developer mode is not on by .*: others than root may write to it/);
    expect(await machine.agent.output("holdfast compare a b --json")).toMatch(/"version": "2.1"/);
  });
});
