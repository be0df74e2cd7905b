import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianKernel } from "../../src/build/kernel.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { addOstree, addTypedSystem } from "./family-disk.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { addOpened, CRYPT_MODULES, opensVolume } from "./opened-volume.ts";
import { shoot } from "./shoot.ts";

describe.runIf(ALL)("a device with one system that nothing but the type of its partition tells", () => {
  let machines: Bench;
  let folder: string;
  let mixed: string;
  /** Words that start a deployment. */
  let deployment: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-single-"));
    machines = await bench({
      name: "test-single",
      slots: [],
      modules: CRYPT_MODULES,
      files: { "etc/holdfast/config.d/50-alone.toml": '[boot]\nscheme = "auto"\n', ...opensVolume() },
    });
    const { release } = debianKernel("amd64");
    addTypedSystem(machines.disk, folder, release);
    mixed = join(folder, "mixed.disk");
    copyFileSync(machines.disk, mixed);
    // A partition of the same type that keeps deployments is none of the slots.
    deployment = addOstree(mixed, folder, release);
    addOpened(mixed, folder);
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true });
  });

  async function expectRunning({ terminal, agent }: Machine, code: string): Promise<void> {
    await terminal.waitForHistory(/This is Alone 24\.2: \/usr read-only/, 90_000);
    await agent.ready();
    expect(JSON.parse(await agent.output("cat /run/holdfast/boot.json"))).toMatchObject({
      slot: "a",
      identity: expect.stringMatching(/^PARTUUID=/),
      reason: { code },
      counters: { triesLeft: null },
    });
    expect(await agent.output("grep ' / ' /proc/mounts")).toMatch(/^\/dev\/vda\d \/ ext4 ro/);
  }

  test("starts it without a menu, and counts nothing", async () => {
    const machine = await machines.start();
    await expectRunning(machine, "default");
    await machine.stop();
  });

  test("leaves the way to a deployment that the bootloader names", async () => {
    const machine = await machines.start({ disk: mixed, words: [deployment] });
    await machine.terminal.waitForHistory(/This is OSTree 24\.2: /, 90_000);
    await machine.stop();
  });

  test("asks in the menu where another family has a default, resets its data there, and starts it", async () => {
    const machine = await machines.start({ disk: mixed });
    const { terminal, agent } = machine;
    await terminal.waitFor(/Nothing says which system of this device is to be started/, 180_000);
    await terminal.waitFor(/^[> ] \d OSTree on vda/m, 180_000);
    await terminal.waitFor(/^> \d Start System/m);
    expect(terminal.screen()).toMatch(/1 System\n +\[\?\] Not tested/);
    await agent.ready();
    const status = await agent.output("/usr/lib/holdfast/holdfast status 2>&1");
    expect(status).toMatch(/^a +System +unknown .* switch-root +Test 24\.2 +default$/m);
    expect(status).toMatch(/Slot state: nobody keeps any, and nothing is counted\./);
    const all = await agent.output("/usr/lib/holdfast/holdfast status --all 2>&1");
    expect(all).toMatch(/^ostree on \/dev\/vda4:$/m);
    expect(all).toMatch(/^alpine on \/dev\/dm-0:$/m);
    await terminal.waitFor(/^[> ] \d Alpine on dm-0/m);
    await shoot(machine, "single-home");
    await agent.output("mkdir -p /state/home/me && echo mine >/state/home/me/diary; sync");
    await choose(machine, "Reset");
    await choose(machine, "Everything");
    await terminal.waitFor(/\/home +is removed, /);
    await shoot(machine, "single-reset");
    await choose(machine, "Remove everything");
    await terminal.waitFor(/ERASE/);
    await shoot(machine, "single-confirm");
    terminal.type("erase\r");
    await terminal.waitFor(/Everything is removed/, 120_000);
    await choose(machine, "Go on");
    await choose(machine, "Start System");
    await expectRunning(machine, "chosen");
  });
});
