import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { choose, turnOn } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";

/** A passphrase that a person knows opens what the key file opens: here they are the same. */
const SECRET = "correct horse";
const STATE = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
size_mib = 40
`;
/** Makes the demo's policy, which costs nothing, stricter. */
const words = ["holdfast.developer=secret", "holdfast.menu", "demo.mark=none"];
const INSIDE = "/state/encrypted/.holdfast/developer.json";
const TRIES = "/state/.holdfast/unlock-failures";
const OUTSIDE = "/state/.holdfast/developer.json";

describe.runIf(ALL)("developer mode under the policy secret", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "test-developer-secret",
      state: { toml: STATE, mib: 128, blank: true },
      files: { "etc/holdfast/state.key": SECRET },
    });
  });
  afterAll(() => machines.clear());

  test("asks for the passphrase, counts and delays wrong ones, and keeps its flag inside the volume", async () => {
    let machine = await machines.start({ words, panel: null });
    const { terminal, agent } = machine;
    await terminal.waitFor(/Boot menu/, 120_000);
    await choose(machine, "Developer mode");
    await turnOn(machine, "Writable system");
    await choose(machine, "Turn on");
    await terminal.waitFor(/Passphrase of your data/);
    await agent.ready();
    for (const [index, wrong] of ["one", "two", "three"].entries()) {
      terminal.type(`${wrong}\r`);
      // It is counted before it is tried, and asked for again after that.
      const counted = `until grep -q "^${index + 1} " ${TRIES}; do sleep 1; done`;
      await agent.run(`${counted}; sleep 1; while pidof cryptsetup; do sleep 1; done; sleep 2`, 90_000);
      await terminal.waitFor(/This passphrase does not open the encrypted data/);
    }
    expect(await agent.output(`cat ${TRIES}`)).toMatch(/^3 \d+$/);
    // As after many more of them, which would take minutes: even the right one has to wait.
    await agent.output(`echo "9 $(cut -d. -f1 /proc/uptime)" >${TRIES}`);
    terminal.type(`${SECRET}\r`);
    await terminal.waitFor(/Wait 1\d\d seconds before the next passphrase/);
    await agent.output(`echo "3 1" >${TRIES}`);
    terminal.type(`${SECRET}\r`);
    await terminal.waitFor(/Developer mode is on\./);
    const there = `for file in ${INSIDE} ${OUTSIDE} ${TRIES}; do [ ! -e $file ] || echo $file; done`;
    expect(await agent.output(there)).toBe(INSIDE);
    terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    await agent.output("echo mine >/usr/marker");

    // Whoever has the disk in hand can write beside the volume, not into it.
    await agent.output(`mv ${INSIDE} ${OUTSIDE} && sync`);
    await machine.stop();
    machine = await machines.start({ words: words.filter((word) => word !== "holdfast.menu"), panel: null });
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("touch /usr/marker")).code).not.toBe(0);
    expect(await machine.agent.output("holdfast status 2>&1")).toMatch(
      /Developer mode is not on by .*: it must lie inside the encrypted volume/,
    );
  });
});
