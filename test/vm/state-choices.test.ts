import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";
import { changeState } from "./state-partition.ts";

/** Made by nobody: `create` is false, so a person decides what becomes of an empty partition. */
const STATE = `directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40

[reset]
grace = true
`;
const BROKEN = /Your data could not be opened/;

describe.runIf(ALL)("a state partition that cannot be used", { timeout: 600_000 }, () => {
  let machines: Bench;
  let machine: Machine;
  beforeAll(async () => {
    machines = await bench({
      name: "test-state-choices",
      state: { toml: STATE, mib: 128, blank: true },
      files: { "etc/holdfast/state.key": "correct horse" },
    });
  });
  afterEach(() => machine?.stop());
  afterAll(() => machines.clear());

  /** Starts into the menu, which says what is wrong, and opens what can be done about it. */
  async function startBroken(): Promise<void> {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await machine.terminal.waitFor(BROKEN, 120_000);
    await choose(machine, "Your data could not be opened");
    await machine.terminal.waitFor(/Nothing in it was changed/);
  }

  async function confirm(word: string): Promise<void> {
    await machine.terminal.waitFor(new RegExp(`"?${word}"?`));
    machine.terminal.type(`${word}\r`);
  }

  /** Starts slot A from the menu's home screen. */
  async function startSlotA() {
    await choose(machine, "Start Slot A");
    return waitForSlot(machine, "a");
  }

  test("is done without for one start, as a person chose", async () => {
    await startBroken();
    await choose(machine, "Go on without it");
    await machine.terminal.waitFor(/This start keeps everything in memory/);
    machine.terminal.type("\x1b");
    const { state } = await startSlotA();
    expect(state).toMatchObject({
      kind: "temporary",
      problem: expect.stringMatching(/is empty/),
      binds: expect.arrayContaining([{ source: "home", target: "/home" }]),
    });
  });

  test("is made anew by a reset, with its directories and its encrypted part", async () => {
    await startBroken();
    await choose(machine, "Reset");
    await choose(machine, "Everything");
    await machine.terminal.waitFor(/it is not known what is on it/);
    await choose(machine, "Remove everything");
    await confirm("ERASE");
    await machine.terminal.waitFor(/Everything is removed/, 120_000);
    await choose(machine, "Go on");
    const { state } = await startSlotA();
    expect(state).toMatchObject({
      kind: "partition",
      problem: null,
      encrypted: { open: true, problem: null },
      binds: [
        { source: "home", target: "/home" },
        { source: "encrypted/var", target: "/var" },
      ],
    });
    await machine.agent.output("echo one >/home/file && echo two >/var/file && sync");
  });

  test("is put right by a repair, which keeps what is in it", async () => {
    changeState(machines.disk, (image) => {
      // Its root folder, and the mark that makes the checker look: more than it mends unasked.
      for (const request of ["clri <2>", "set_super_value state 2"])
        run("debugfs", ["-w", "-R", request, image]);
    });
    await startBroken();
    await choose(machine, "Repair");
    await confirm("REPAIR");
    await machine.terminal.waitFor(/was repaired/, 120_000);
    machine.terminal.type("\x1b");
    const { state } = await startSlotA();
    expect(state).toMatchObject({ kind: "partition", problem: null });
    // Without its root folder, everything was found again where the checker puts it.
    expect(await machine.agent.output("cat /state/lost+found/*/file")).toBe("one");
  });

  test("systemd's word on the kernel command line resets it once, however long it stands there", async () => {
    const words = ["demo.mark=none", "systemd.factory_reset=yes"];
    machine = await machines.start({ words });
    await machine.terminal.waitForHistory(/A factory reset is carried out/, 120_000);
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({ problem: null, encrypted: { open: true } });
    const receipt = async () => JSON.parse(await machine.agent.output("holdfast status --json")).receipt;
    const first = await receipt();
    expect(first).toMatchObject({ scope: "all", origin: "command-line", outcome: "done" });
    expect(await machine.agent.output("ls -A /home /state/lost+found")).not.toContain("file");
    await machine.agent.output("echo mine >/home/file && sync");
    await machine.stop();

    machine = await machines.start({ words });
    await waitForSlot(machine, "a");
    expect(machine.terminal.history()).not.toContain("A factory reset is carried out");
    expect(await machine.agent.output("cat /home/file")).toBe("mine");
    expect((await receipt()).attempts).toBe(first.attempts);
  });

  test("with grace, user data is erased once the fresh system was marked good, and not before", async () => {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await waitForSlot(machine, "a");
    const { agent } = machine;
    await agent.output("echo mine >/home/diary && echo mine >/var/letter && sync");
    const shown = await agent.output("holdfast reset --scope data --next-boot --yes");
    expect(shown).toContain("What is removed is erased once the fresh system has started well.");
    await agent.run("sync; reboot", 2000).catch(() => null);
    await machine.terminal.waitForHistory(/A factory reset is carried out/, 120_000);
    await machine.terminal.waitForHistory(/This is slot A:[\s\S]*This is slot A:/, 120_000);
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({ problem: null, encrypted: { open: true } });
    expect(await agent.output("ls -A /home; ls /var")).toBe("");
    const aside = "/state/.holdfast/set-aside";
    expect(await agent.output(`cat ${aside}/*/home/diary; ls ${aside}/*`)).toContain("encrypted.img");
    await agent.output("holdfast mark good");
    expect((await agent.run(`ls ${aside}`)).code).not.toBe(0);
  });

  test("that is full stops no boot", async () => {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await waitForSlot(machine, "a");
    await machine.agent.run("dd if=/dev/zero of=/home/full bs=64k; sync", 60_000);
    await machine.stop();

    machine = await machines.start({ words: ["demo.mark=none"] });
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({ kind: "partition", problem: null, encrypted: { open: true } });
    expect((await machine.agent.run("echo more >/home/more")).output).toContain("No space left");
    await machine.agent.output("rm /home/full /home/more; sync");
  });
});
