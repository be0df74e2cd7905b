import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";
import { changeState } from "./state-partition.ts";
import { SoftwareTpm } from "./swtpm.ts";

const KEY = "correct horse";
const STATE = `create = true
directories = ["home", "encrypted/var"]

[state.encrypted]
key_file = "/etc/holdfast/state.key"
tpm2 = true
size_mib = 40
`;
const FORGET_KEY = `#!/bin/sh
case " $(cat /proc/cmdline) " in *" test.nokey "*) echo wrong >/etc/holdfast/state.key ;; esac
`;

describe.runIf(ALL)("an encrypted part with a key in the TPM", { timeout: 600_000 }, () => {
  let machines: Bench;
  let machine: Machine;
  let own: SoftwareTpm;
  let other: SoftwareTpm;
  let folder: string;
  beforeAll(async () => {
    machines = await bench({
      name: "test-tpm",
      state: { toml: STATE, mib: 128, blank: true },
      files: { "etc/holdfast/state.key": KEY, "etc/holdfast/early.d/10-key.sh": FORGET_KEY },
    });
    folder = join(machines.disk, "..");
    own = new SoftwareTpm(join(folder, "own"));
    other = new SoftwareTpm(join(folder, "other"));
  });
  afterEach(() => machine?.stop());
  afterAll(async () => {
    own.stop();
    other.stop();
    await machines.clear();
  });

  test("gets one by systemd-cryptenroll, for which it has room", async () => {
    machine = await machines.start({ words: ["demo.mark=none"] });
    await waitForSlot(machine, "a");
    await machine.agent.output("echo mine >/var/file && sync");
    await machine.stop();

    const [image, key] = [join(folder, "encrypted.img"), join(folder, "key")];
    writeFileSync(key, KEY, { mode: 0o600 });
    changeState(machines.disk, (state) => run("debugfs", ["-R", `dump /encrypted.img ${image}`, state]));
    await own.forHost((device) => {
      const words = [`--unlock-key-file=${key}`, `--tpm2-device=${device}`, "--tpm2-pcrs=15", image];
      execFileSync("systemd-cryptenroll", words, { stdio: "ignore" });
    });
    expect(run("cryptsetup", ["luksDump", image])).toContain("systemd-tpm2");
    changeState(machines.disk, (state) => {
      for (const request of ["rm /encrypted.img", `write ${image} /encrypted.img`])
        run("debugfs", ["-w", "-R", request, state]);
    });
  });

  test("opens by itself with that TPM, where the key file is of no use", async () => {
    machine = await machines.start({ words: ["demo.mark=none", "test.nokey"], tpm: await own.forMachine() });
    const { state } = await waitForSlot(machine, "a");
    expect(state).toMatchObject({ encrypted: { open: true, problem: null } });
    expect(await machine.agent.output("cat /var/file")).toBe("mine");
  });

  test.each([
    ["another TPM", () => other.forMachine()],
    ["no TPM", async () => null],
  ])("asks for the passphrase with %s", async (_, find) => {
    const tpm = await find();
    const words = ["demo.mark=none", "test.nokey"];
    machine = await machines.start(tpm === null ? { words } : { words, tpm });
    await machine.terminal.waitFor(/Your encrypted data is locked/, 120_000);
  });
});
