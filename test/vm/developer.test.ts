import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

/** A developer extension in a folder, and one that says nothing about itself. */
const EXTENSIONS = `
	cd /state/.holdfast && mkdir -p extensions/tools/usr/bin extensions/tools/usr/lib/extension-release.d extensions/mute/usr
	printf '#!/bin/sh\\necho tool works\\n' >extensions/tools/usr/bin/devtool
	chmod 755 extensions/tools/usr/bin/devtool
	printf 'ID=holdfast-demo\\nVERSION_ID=2.0\\n' >extensions/tools/usr/lib/extension-release.d/extension-release.tools
`;
const FEATURES = "--feature writable-usr --feature dev-extension";

describe("developer mode", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer" });
  });
  afterAll(() => machines.clear());

  /** A start of slot A; the next one needs the machine before to be stopped. */
  async function start(words: readonly string[] = []): Promise<Machine> {
    const machine = await machines.start({ words, panel: null });
    await waitForSlot(machine, "a");
    return machine;
  }

  async function stop(machine: Machine): Promise<void> {
    await machine.agent.output("sync");
    await machine.stop();
  }

  const record = async (machine: Machine) =>
    JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json"));

  test("keeps changes to /usr, leaves them out of a safe start, and discards them", async () => {
    let machine = await start();
    expect((await machine.agent.run("touch /usr/marker")).code).not.toBe(0);
    await machine.agent.output(EXTENSIONS);
    await machine.agent.output(`holdfast developer on ${FEATURES}`);
    expect(await machine.agent.output("holdfast status --json")).toMatch(/"enabled": true/);
    await stop(machine);

    machine = await start();
    expect(await machine.agent.output("devtool")).toBe("tool works");
    await machine.agent.output("echo mine >/usr/marker && rm -r /usr/lib/modules");
    expect(await record(machine)).toMatchObject({
      layers: { developer: { features: ["writable-usr", "dev-extension"], ephemeral: false }, safe: false },
      notes: [expect.stringMatching(/extensions\/mute is not used.*extension-release\.mute is missing/)],
    });
    await stop(machine);

    machine = await start(["holdfast.safe"]);
    expect((await machine.agent.run("cat /usr/marker; devtool")).code).not.toBe(0);
    expect(await machine.agent.output("ls /usr/lib/modules")).not.toBe("");
    expect(await record(machine)).toMatchObject({ layers: { safe: true } });
    await stop(machine);

    machine = await start();
    expect(await machine.agent.output("cat /usr/marker")).toBe("mine");
    expect((await machine.agent.run("ls /usr/lib/modules")).code).not.toBe(0);
    expect(await machine.agent.output("holdfast developer discard")).toMatch(/this frees \d+ MiB/);
    await stop(machine);

    machine = await start();
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
