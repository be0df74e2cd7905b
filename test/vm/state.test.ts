import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

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
    expect(await machine.agent.output("cat /home/file /state/home/file /var/file")).toBe("one\none\ntwo\n");
  });
});
