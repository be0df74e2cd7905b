import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

const MIB = 1024 * 1024;
const PARTITION = 6;
const STATE_MIB = 128;

const KEY = "a key, and no secret";
const ENCRYPTED = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40

[menu]
fallback_countdown_s = 8
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
      files: { "etc/holdfast/state.key": KEY },
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

describe.each([["btrfs", 160]] as const)("an empty state partition for %s", (fstype, mib) => {
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
