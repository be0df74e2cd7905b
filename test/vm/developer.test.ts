import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { choose, chooseByKeys, turnOn } from "./choose.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench, PHONE } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { startSlotA, stopSynced, waitForSlot } from "./real-root.ts";

/** A developer extension in a folder, and one that says nothing about itself. */
const EXTENSIONS = `
	cd /state/.holdfast && mkdir -p extensions/tools/usr/bin extensions/tools/usr/lib/extension-release.d extensions/mute/usr
	printf '#!/bin/sh\\necho tool works\\n' >extensions/tools/usr/bin/devtool
	chmod 755 extensions/tools/usr/bin/devtool
	printf 'ID=holdfast-demo\\nVERSION_ID=2.0\\n' >extensions/tools/usr/lib/extension-release.d/extension-release.tools
`;

describe("developer mode, by the menu", () => {
  let machines: Bench;
  let machine: Machine;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer" });
  });
  afterEach(() => machine.stop());
  afterAll(() => machines.clear());

  /** A start into slot A by itself; the next one needs the machine before to be stopped. */
  async function start(): Promise<void> {
    machine = await machines.start({ panel: null });
    await waitForSlot(machine, "a");
  }

  /** A start that stops at the menu. */
  async function startMenu(panel: typeof PHONE | null = null): Promise<void> {
    machine = await machines.start({ words: ["holdfast.menu"], panel });
    await machine.terminal.waitFor(/Boot menu/, 90_000);
    await machine.agent.ready();
  }

  const record = async () => JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json"));

  test("keeps what is written to /usr until it is discarded", async () => {
    await startMenu();
    await machine.agent.output(EXTENSIONS);
    await choose(machine, "Developer mode");
    await turnOn(machine, "Writable system");
    await turnOn(machine, "Developer tools");
    await choose(machine, "Turn on");
    await machine.terminal.waitFor(/Developer mode is on\./);
    await startSlotA(machine);
    expect(await machine.agent.output("holdfast status --json")).toMatch(/"enabled": true/);
    await machine.agent.output("echo mine >/usr/marker && rm -r /usr/lib/modules");
    expect(await record()).toMatchObject({
      layers: { developer: { features: ["writable-usr", "dev-extension"], ephemeral: false }, safe: false },
      notes: [expect.stringMatching(/extensions\/mute is not used.*extension-release\.mute is missing/)],
    });
    expect(await machine.agent.output("devtool")).toBe("tool works");
    await stopSynced(machine);

    await start();
    expect(await machine.agent.output("cat /usr/marker")).toBe("mine");
    expect((await machine.agent.run("ls /usr/lib/modules")).code).not.toBe(0);
    await stopSynced(machine);

    await startMenu();
    await choose(machine, "Developer mode");
    await machine.terminal.waitFor(/Frees [\d.]+ [kM]B; the system is stock again/);
    await choose(machine, "Discard my changes");
    await machine.terminal.waitFor(/DISCARD/);
    machine.terminal.type("discard\r");
    await machine.terminal.waitFor(/Your changes are gone/);
    await startSlotA(machine);
    expect((await machine.agent.run("cat /usr/marker")).code).not.toBe(0);
    expect(await machine.agent.output("ls /usr/lib/modules")).not.toBe("");
    expect(await machine.agent.output("ls -A /state/.holdfast/layers")).not.toMatch(/discarded/);
    expect(await machine.agent.output("devtool")).toBe("tool works");
    await machine.agent.output("chmod 666 /state/.holdfast/developer.json");
    const tampered = await machine.agent.output("holdfast status 2>&1");
    expect(tampered).toMatch(/Developer mode is not on by .*: others than root may write to it/);
    expect(await machine.agent.output("holdfast compare a b --json")).toMatch(/"version": "2.1"/);
    await machine.agent.output("rm /state/.holdfast/developer.json");
    await stopSynced(machine);
  });

  test.runIf(ALL)("is turned on by three keys, and left out of one safe start", async () => {
    await startMenu(PHONE);
    await chooseByKeys(machine, "Developer mode");
    await chooseByKeys(machine, "Writable system");
    await chooseByKeys(machine, "Developer tools");
    await machine.terminal.waitFor(/> \d \[x\] Developer tools/);
    await waitForFrame(machine, "developer");
    await chooseByKeys(machine, "Turn on");
    await machine.terminal.waitFor(/Developer mode is on\./);
    await chooseByKeys(machine, "Back");
    await chooseByKeys(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    await machine.agent.output("echo mine >/usr/marker && rm -r /usr/lib/modules");
    await stopSynced(machine);

    await startMenu();
    await choose(machine, "Tools");
    await choose(machine, "Layers and safe mode");
    await choose(machine, "Start Slot A in safe mode");
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("cat /usr/marker; devtool")).code).not.toBe(0);
    expect(await machine.agent.output("ls /usr/lib/modules")).not.toBe("");
    expect(await record()).toMatchObject({ layers: { safe: true } });
    await stopSynced(machine);

    await start();
    expect(await machine.agent.output("devtool; cat /usr/marker")).toBe("tool works\nmine");
  });
});
