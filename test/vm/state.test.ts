import { closeSync, openSync, writeSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

function startMib(disk: string, partition: number): number {
  const sectors = Number(run("cgpt", ["show", "-i", `${partition}`, "-b", disk]).trim());
  return sectors / 2048;
}

/** A partition without a file system, but not an empty one: boot code that nobody knows. */
function writeNoise(disk: string, mib: number): void {
  const fd = openSync(disk, "r+");
  writeSync(fd, Buffer.from("55504447", "hex"), 0, 4, mib * 1024 * 1024);
  writeSync(fd, Buffer.from("53ef", "hex"), 0, 2, mib * 1024 * 1024 + 1080);
  closeSync(fd);
}

/** A demo machine whose state partition is as empty as on a device that never ran. */
const ENCRYPTED = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40

[menu]
fallback_countdown_s = 5
`;

describe("an empty state partition", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "test-state",
      state: { toml: ENCRYPTED, mib: 128, blank: true },
      files: { "etc/holdfast/state.key": "not a secret: a test's key" },
    });
  });
  afterAll(() => machines.clear());

  test("is made at the first boot and bound into the system, and is the same at the second", async () => {
    const machine = await machines.start({ words: ["demo.mark=none"] });
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
    await machine.agent.run("reboot");
    await machine.terminal.waitForHistory(/This is slot A:[\s\S]*This is slot A:/, 90_000);
    const second = await waitForSlot(machine, "a");
    expect(second.state).toEqual({ ...first.state, notes: [] });
    expect(await machine.agent.output("cat /home/file /state/home/file /var/file")).toBe("one\none\ntwo");
    await machine.stop();
  });

  test("is done without when it is broken: the menu says so, and goes on by itself", async () => {
    const partition = 6;
    run("dd", [
      "if=/dev/zero",
      `of=${machines.disk}`,
      "bs=1M",
      `seek=${startMib(machines.disk, partition)}`,
      "count=128",
      "conv=notrunc",
    ]);
    writeNoise(machines.disk, startMib(machines.disk, partition));
    const machine = await machines.start({ words: ["demo.mark=none"] });
    await machine.terminal.waitFor(/Starting Slot A in/);
    await machine.screendump("/tmp/state-broken.png");
    console.log(machine.terminal.screen());
    const record = await waitForSlot(machine, "a");
    console.log(JSON.stringify(record.state));
    console.log(machine.terminal.history().slice(-3000));
    console.log(
      await machine.agent.output(
        "holdfast status; holdfast status --json; holdfast status --history; ls -laR /state /run/holdfast; cat /proc/mounts",
      ),
    );
  });
});
