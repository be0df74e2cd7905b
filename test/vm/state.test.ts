import { closeSync, openSync, readFileSync, truncateSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

const MIB = 1024 * 1024;
const PARTITION = 6;
const STATE_MIB = 128;

/** The key is a passphrase, too, for a person who types it. */
const KEY = "correct horse";
const ENCRYPTED = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40

[menu]
fallback_countdown_s = 8
`;

/** Takes the key away where a test asks for it: then a person has to unlock. */
const FORGET_KEY = `#!/bin/sh
case " $(cat /proc/cmdline) " in *" test.nokey "*) echo wrong >/etc/holdfast/state.key ;; esac
`;

/** Bytes of the disk where the state partition begins. */
function startOfState(disk: string): number {
  return Number(run("cgpt", ["show", "-i", `${PARTITION}`, "-b", disk]).trim()) * 512;
}

/** Makes the superblock of its file system useless, and every copy of it. */
function wreckState(disk: string): void {
  const start = startOfState(disk);
  const fd = openSync(disk, "r+");
  writeSync(fd, Buffer.alloc(STATE_MIB * MIB), 0, STATE_MIB * MIB, start);
  // The magic of ext4 and nothing else.
  writeSync(fd, Buffer.from("53ef", "hex"), 0, 2, start + 1080);
  closeSync(fd);
}

/** Starts the machine again from the running system, and waits until that is up once more. */
async function startAgain(machine: Machine): Promise<void> {
  await machine.agent.output("(sleep 1; reboot) >/dev/null 2>&1 &");
  await machine.terminal.waitForHistory(/This is slot A:[\s\S]*This is slot A:/, 120_000);
  await machine.agent.ready();
}

describe("an empty state partition with an encrypted part", () => {
  let machines: Bench;
  let machine: Machine | null = null;
  beforeAll(async () => {
    machines = await bench({
      name: "test-state",
      state: { toml: ENCRYPTED, mib: STATE_MIB, blank: true },
      modules: ["xhci_pci", "usb_storage", "sd_mod", "vfat", "nls_cp437", "nls_ascii"],
      files: { "etc/holdfast/state.key": KEY, "etc/holdfast/early.d/10-key.sh": FORGET_KEY },
    });
  });
  afterEach(() => machine?.stop());
  afterAll(() => machines.clear());

  test("is made at the first boot and bound into the system, and is the same at the second", async () => {
    machine = await machines.start({ words: ["demo.mark=none"] });
    const first = await waitForSlot(machine, "a");
    expect(first.state).toMatchObject({
      kind: "partition",
      fstype: "ext4",
      problem: null,
      encrypted: { open: true, problem: null },
      binds: [
        { source: "home", target: "/home" },
        { source: "encrypted/var", target: "/var" },
      ],
    });
    expect(first.state?.notes).toEqual([
      expect.stringMatching(/^A new ext4 file system was made on \/dev\/vda\d\.$/),
      "A new encrypted image was made.",
    ]);
    await machine.agent.output("echo one >/home/file && echo two >/var/file && sync");
    await startAgain(machine);
    const second = await waitForSlot(machine, "a");
    expect(second.state).toEqual({ ...first.state, notes: [] });
    expect(await machine.agent.output("cat /home/file /state/home/file /var/file")).toBe("one\none\ntwo");
    await machine.agent.output("sync");
  });

  test("is whole for e2fsck, and leaves the end of the partition alone", () => {
    const image = join(machines.disk, "../state.img");
    const start = startOfState(machines.disk) / MIB;
    run("dd", [
      `if=${machines.disk}`,
      `of=${image}`,
      "bs=1M",
      `skip=${start}`,
      `count=${STATE_MIB}`,
      "status=none",
    ]);
    const blocks = /^Block count: +(\d+)$/m.exec(run("dumpe2fs", ["-h", image]))?.[1];
    expect(Number(blocks) * 4096).toBe(STATE_MIB * MIB - 64 * 1024);
    expect(
      readFileSync(image)
        .subarray(-64 * 1024)
        .every((byte) => byte === 0),
    ).toBe(true);
    // It was mounted when the plug was pulled: its journal is replayed, and nothing else is wrong.
    run("e2fsck", ["-p", image]);
    run("e2fsck", ["-f", "-n", image]);
  });

  test("waits for a passphrase where its key does not fit, and saves the logs on a stick", async () => {
    const stick = join(machines.disk, "../stick.img");
    writeFileSync(stick, "");
    truncateSync(stick, 64 * MIB);
    run("mkfs.vfat", ["-F", "32", stick]);
    machine = await machines.start({ words: ["demo.mark=none", "test.nokey"], stick });
    const { terminal } = machine;
    await terminal.waitFor(/Your encrypted data is locked[\s\S]*> 3 Start Slot A/);
    await choose(machine, "Your data could not be opened");
    await choose(machine, "Unlock");
    await terminal.waitFor(/Passphrase of your data/);
    terminal.type("wrong\r");
    await terminal.waitFor(/This passphrase does not open the encrypted data/);
    terminal.type(`${KEY}\r`);
    await terminal.waitFor(/Your data is unlocked/);
    terminal.type("\x1b");
    await choose(machine, "Tools");
    await choose(machine, "Logs");
    await choose(machine, "Save");
    await terminal.waitFor(/holdfast-logs-1/);
    const saved = run("mdir", ["-b", "-i", stick, "::/holdfast-logs-1"]).trim().split("\n").sort();
    expect(saved).toEqual(
      ["crash", "history", "holdfast", "kernel"].map((name) => `::/holdfast-logs-1/${name}.txt`),
    );
    expect(run("mtype", ["-i", stick, "::/holdfast-logs-1/kernel.txt"])).toContain("Linux version");
    terminal.type("\x1b\x1b");
    await terminal.waitFor(/Boot menu/);
    await choose(machine, "Start Slot A");
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({ kind: "partition", encrypted: { open: true, problem: null } });
    expect(await machine.agent.output("cat /var/file")).toBe("two");
  });

  test("is done without when it is broken: the menu says so, and goes on by itself", async () => {
    wreckState(machines.disk);
    machine = await machines.start({ words: ["demo.mark=none"] });
    await machine.terminal.waitFor(/Your data could not be opened/);
    const record = await waitForSlot(machine, "a");
    expect(record.reason.code).toBe("default");
    expect(record.state).toMatchObject({
      kind: "temporary",
      problem: expect.stringMatching(/^\/state cannot be used: e2fsck cannot put \/dev\/vda6 right: /),
    });
    expect(await machine.agent.output("holdfast status")).toMatch(/\/state: in memory, for this start only/);
    expect(await machine.agent.output("holdfast status --history")).toMatch(/slot a {2}the last one/);
    await machine.agent.output("touch /home/file /var/file && grep -q ' /home tmpfs ' /proc/mounts");
  });
});

describe.runIf(ALL).each([
  ["btrfs", 160],
  ["f2fs", 96],
] as const)("an empty state partition for %s", (fstype, mib) => {
  let machines: Bench;
  beforeAll(async () => {
    const toml = `fstype = "${fstype}"\ncreate = true\ndirectories = ["home"]\n`;
    machines = await bench({ name: `test-state-${fstype}`, state: { toml, mib, blank: true } });
  });
  afterAll(() => machines.clear());

  test("is made, checked, mounted and bound", async () => {
    const machine = await machines.start({ words: ["demo.mark=none"] });
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({
      problem: null,
      kind: "partition",
      fstype,
      binds: [{ source: "home", target: "/home" }],
    });
    await machine.agent.output(`echo kept >/home/file && sync && grep -q ' /home ${fstype} ' /proc/mounts`);
    await startAgain(machine);
    expect(await machine.agent.output("cat /home/file")).toBe("kept");
  });
});
