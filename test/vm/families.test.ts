import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianKernel } from "../../src/build/kernel.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { addNixosLayout, addOstree, addSnapshots } from "./family-disk.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";

/** What the system says of itself on the console. */
async function said(machine: Machine, name: string): Promise<string> {
  await machine.terminal.waitForHistory(new RegExp(`This is ${name}: .*`), 90_000);
  await machine.agent.ready();
  return new RegExp(`This is ${name}: (.*)`).exec(machine.terminal.history())?.[1]?.trim() ?? "";
}

/** Starts the machine again from the running system; its menu is open then. */
async function startAgain(machine: Machine): Promise<void> {
  await machine.agent.output("sync; (sleep 1; reboot -f) >/dev/null 2>&1 &");
}

describe("a disk with slots and systems of other families", () => {
  let machines: Bench;
  let machine: Machine;
  let folder: string;
  let hasSnapshots = false;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-family-disk-"));
    machines = await bench({ name: "test-families", modules: ["btrfs"] });
    const { release } = debianKernel("amd64");
    addOstree(machines.disk, folder, release);
    if (ALL) {
      hasSnapshots = addSnapshots(machines.disk, folder, release);
      addNixosLayout(machines.disk, folder, release);
    }
    machine = await machines.start({ words: ["holdfast.menu"] });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true });
  });

  test("enters an OSTree deployment that is not the default, for this time", async () => {
    const { terminal, agent } = machine;
    await choose(machine, "OSTree on vda");
    await choose(machine, "Test OS 24.2");
    await terminal.waitFor(/> 1 Start Test OS 24\.2 once/);
    expect(terminal.screen()).toMatch(/From here, at once\. The default stays\./);
    expect(terminal.screen().replace(/\s+/g, " ")).toMatch(/ostree admin set-default 1/);
    terminal.type("1");
    expect(await said(machine, "OSTree 24.2")).toBe("/usr read-only, /etc writable, /var writable");
    expect(JSON.parse(await agent.output("cat /run/holdfast/boot.json"))).toMatchObject({
      slot: expect.stringMatching(/^ostree:vda\d:test\/[0-9a-f]{64}\.0$/),
      reason: { code: "chosen", text: "Test OS 24.2 was chosen in the menu." },
    });
    expect(await agent.output("ls /sysroot/ostree/deploy")).toBe("test");
  });

  test.runIf(ALL)("shows three families, and enters a snapshot that is not the default", async (context) => {
    if (!hasSnapshots) return context.skip("this machine has no btrfs or no loop device");
    await startAgain(machine);
    await machine.terminal.waitFor(/^[> ] \d NixOS on vda/m, 120_000);
    await choose(machine, "Snapshots on vda");
    await choose(machine, "second");
    await machine.terminal.waitFor(/> 1 Start second/);
    machine.terminal.type("1");
    const name = "MicroOS layout 24.2";
    expect(await said(machine, name)).toBe("/usr read-only, /etc writable, /var writable");
    expect(await machine.agent.output("grep ' / ' /proc/mounts")).toMatch(
      /subvol=\/@\/.snapshots\/2\/snapshot/,
    );
  });

  test.runIf(ALL)("enters a NixOS-like generation by its init in the store", async () => {
    await startAgain(machine);
    await choose(machine, "NixOS on vda");
    await choose(machine, "NixOS Yarara 26.05 .Linux 6.1.0-24.2");
    await machine.terminal.waitFor(/> 1 Start NixOS Yarara/);
    machine.terminal.type("1");
    await said(machine, "NixOS layout");
    const init = await machine.agent.output("tr '\\0' ' ' </proc/1/cmdline");
    expect(init).toContain("/nix/store/bbbb-nixos-system-device-26.05/init");
  });
});
