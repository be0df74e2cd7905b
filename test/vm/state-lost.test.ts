import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";
import { shoot } from "./shoot.ts";

const STATE = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40
`;
/** The number of the state partition in the table of the demo's disk. */
const PARTITION = "6";

/** Sizes in bytes behind the header and the key slots, and what is said then. */
const CUTS = [
  [20 * 1024 * 1024, /opened, but what is in it cannot be used: .* is \d+ blocks; The physical size/],
  [20_000_001, /cannot be opened: it has 20000001 bytes, no multiple of 4096, so it was cut short/],
] as const;
const MISSING = /No partition answers to PARTLABEL=state/;

describe.runIf(ALL)("of a state partition", { timeout: 300_000 }, () => {
  let machines: Bench;
  let machine: Machine;
  beforeAll(async () => {
    machines = await bench({
      name: "test-state-lost",
      state: { toml: STATE, mib: 128, blank: true },
      files: { "etc/holdfast/state.key": "correct horse" },
    });
  });
  afterEach(() => machine?.stop());
  afterAll(() => machines.clear());

  /** Starts, and opens what the menu, which comes by itself, has to say about the data. */
  async function startTold(): Promise<void> {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await machine.terminal.waitFor(/Your data could not be opened/, 120_000);
    await choose(machine, "Your data could not be opened");
  }

  /** Cuts encrypted.img to so many bytes in the running system, where it does harm at the next start only. */
  async function cutTo(bytes: number): Promise<void> {
    await machine.agent.output(`sync && truncate -s ${bytes} /state/encrypted.img && sync`);
    await machine.stop();
  }

  test("an encrypted part that was cut short behind its header is told, and the rest is used", async () => {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await waitForSlot(machine, "a");
    await machine.agent.output("echo one >/home/file");
    for (const [bytes, problem] of CUTS) {
      await cutTo(bytes);
      await startTold();
      await machine.terminal.waitFor(/The place of your data can be used, but something is wrong with it/);
      await shoot(machine, `state-cut-to-${bytes}`);
      machine.terminal.type("\x1b");
      await choose(machine, "Start Slot A");
      const { state } = await waitForSlot(machine, "a");
      expect(state).toMatchObject({
        kind: "partition",
        problem: null,
        encrypted: { open: false, problem: expect.stringMatching(problem) },
        binds: [{ source: "home", target: "/home" }],
      });
      expect(await machine.agent.output("cat /home/file; ls /dev/mapper")).toBe("one\ncontrol");
    }
    await machine.agent.output("sync");
  });

  test("nothing is found: the menu says so, and the start goes on in memory", async () => {
    run("cgpt", ["add", "-i", PARTITION, "-l", "lost", machines.disk]);
    await startTold();
    await machine.terminal.waitFor(MISSING);
    await shoot(machine, "state-missing");
    await choose(machine, "Repair");
    await machine.terminal.waitFor(/"?REPAIR"?/);
    machine.terminal.type("REPAIR\r");
    // Once more, as the answer.
    await machine.terminal.waitFor(
      new RegExp(`Nothing in it was changed[\\s\\S]*${MISSING.source}[\\s\\S]*${MISSING.source}`),
    );
    await choose(machine, "Reset");
    await choose(machine, "Everything");
    await machine.terminal.waitFor(MISSING);
    await shoot(machine, "reset-missing");
    machine.terminal.type("\x1b");
    await machine.terminal.waitFor(/Everything/);
    machine.terminal.type("\x1b");
    await choose(machine, "Go on without it");
    await machine.terminal.waitFor(/This start keeps everything in memory/);
    machine.terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({
      kind: "temporary",
      problem: expect.stringMatching(MISSING),
    });
    // The partition under its other name is as it was.
    expect(
      await machine.agent.output("mkdir /tmp/it; mount -o ro /dev/vda6 /tmp/it && cat /tmp/it/home/file"),
    ).toBe("one");
  });
});
