import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { debianKernel } from "../../src/build/kernel.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import {
  ALPINE_STAND_IN,
  addEncrypted,
  addNested,
  addNixosLayout,
  addOstree,
  addSnapshots,
  alpineDisk,
} from "./family-disk.ts";
import { waitForFrame } from "./frames.ts";
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

const MODULES = ["btrfs", "xfs", "loop", "vfat", "nls_cp437", "nls_ascii"];

describe("a disk with slots and systems of other families", () => {
  let machines: Bench;
  let machine: Machine;
  let folder: string;
  let hasSnapshots = false;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-family-disk-"));
    machines = await bench(ALL ? { name: "test-families", modules: MODULES } : {});
    const { release } = debianKernel("amd64");
    addOstree(machines.disk, folder, release);
    if (ALL) {
      hasSnapshots = addSnapshots(machines.disk, folder, release);
      addNixosLayout(machines.disk, folder, release);
      addEncrypted(machines.disk, folder);
      addNested(machines.disk, folder);
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
    await agent.ready();
    const table = await agent.output("/usr/lib/holdfast/holdfast status --all");
    expect(table).toMatch(/^partitions on \/dev\/vda:\n.*\n.* Slot A .* good .* switch-root .*default/m);
    const [a, b] = [...table.matchAll(/^(partitions:vda:\w=PARTUUID=\S+) /gm)].map(([, key]) => key);
    expect(await agent.output(`/usr/lib/holdfast/holdfast compare ${a} ${b}`)).toMatch(/^slot +a +b$/m);
    expect(table).toMatch(/^ostree on \/dev\/vda7:\n.*\n.* 24\.3 .* default.*\n.* 24\.2 .* switch-root /m);
    expect(terminal.screen()).toMatch(/From here, at once\. The default stays\./);
    expect(terminal.screen().replace(/\s+/g, " ")).toMatch(/ostree admin set-default 1/);
    const [, key] = /^(ostree:\S+) .* 24\.2 /m.exec(table) ?? [];
    const refused = await agent.run(`/usr/lib/holdfast/holdfast select ${key}`);
    expect([refused.code, refused.output]).toEqual([
      4,
      expect.stringContaining("ostree admin set-default 1"),
    ]);
    terminal.type("1");
    expect(await said(machine, "OSTree 24.2")).toBe("/usr read-only, /etc writable, /var writable");
    expect(JSON.parse(await agent.output("cat /run/holdfast/boot.json"))).toMatchObject({
      slot: expect.stringMatching(/^ostree:vda\d:test\/[0-9a-f]{64}\.0$/),
      reason: { code: "chosen", text: "Test OS 24.2 was chosen in the menu." },
    });
    expect(await agent.output("ls /sysroot/ostree/deploy")).toBe("test");
  });

  test.runIf(ALL)(
    "shows what lies in XFS and in a disk inside a partition; what is encrypted is said",
    async () => {
      await startAgain(machine);
      const { terminal, agent } = machine;
      await terminal.waitFor(/^[> ] \d Alpine on loop0p1/m, 180_000);
      await terminal.waitFor(/^> 3 Start Slot A/m);
      terminal.type("\x1b[B");
      await terminal.waitFor(/^> 4 OSTree on vda7/m);
      await waitForFrame(machine, "home-families");
      await agent.ready();
      const { output } = await agent.run("/usr/lib/holdfast/holdfast status --all 2>&1");
      expect(output).toMatch(/^nixos on \/dev\/vda9:$/m);
      expect(output).toMatch(/^alpine on \/dev\/loop0p1:$/m);
      expect(output).toMatch(
        /\/dev\/vda10 cannot be looked into: it is encrypted \(LUKS\) and was not opened\./,
      );
    },
  );

  test.runIf(ALL)("shows three families, and enters a snapshot that is not the default", async (context) => {
    if (!hasSnapshots) return context.skip("this machine has no btrfs or no loop device");
    await machine.terminal.waitFor(/^[> ] \d NixOS on vda/m, 120_000);
    await choose(machine, "Snapshots on vda");
    await choose(machine, "second");
    await machine.terminal.waitFor(/> 1 Start second/);
    machine.terminal.type("3");
    await machine.terminal.waitFor(/\/etc goes back to that of the snapshot\./);
    expect(machine.terminal.screen()).toMatch(/[Vv]ersion +24\.2 +24\.3/);
    machine.terminal.type("\x1b");
    await machine.terminal.waitFor(/1 Start second/);
    machine.terminal.type("1");
    const name = "MicroOS layout 24.2";
    expect(await said(machine, name)).toBe("/usr read-only, /etc writable, /var writable");
    expect(await machine.agent.output("grep ' / ' /proc/mounts")).toMatch(
      /subvol=\/@\/.snapshots\/2\/snapshot/,
    );
  });

  test.runIf(ALL)("enters a NixOS-like generation by its init in the store", async () => {
    await startAgain(machine);
    await machine.terminal.waitFor(/^[> ] \d NixOS on vda/m, 180_000);
    await choose(machine, "NixOS on vda");
    await choose(machine, "NixOS Yarara 26.05 .Linux 6.1.0-24.2");
    await machine.terminal.waitFor(/> 1 Start NixOS Yarara/);
    machine.terminal.type("1");
    await said(machine, "NixOS layout");
    const init = await machine.agent.output("tr '\\0' ' ' </proc/1/cmdline");
    expect(init).toContain("/nix/store/bbbb-nixos-system-device-26.05/init");
  });
});

describe.runIf(ALL)("a disk without slots", () => {
  let machines: Bench;
  let folder: string;
  let second: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "holdfast-family-alone-"));
    machines = await bench({
      name: "test-family-alone",
      slots: [],
      modules: ["loop", "overlay", "vfat", "nls_cp437", "nls_ascii"],
      files: {
        "etc/holdfast/config.d/50-alone.toml": '[boot]\nscheme = "auto"\n',
        "etc/holdfast/next-init": ALPINE_STAND_IN,
        "etc/holdfast/early.d/10-next-init.sh": "#!/bin/sh\nchmod +x /etc/holdfast/next-init\n",
      },
    });
    const other = await machines.ownKernel("cloud-amd64");
    second = addOstree(machines.disk, folder, debianKernel("amd64").release, {
      release: debianKernel("cloud-amd64").release,
      ...other,
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true });
  });

  test("starts the default of its only family without a menu, and what the bootloader names", async () => {
    const machine = await machines.start();
    expect(await said(machine, "OSTree 24.3")).toContain("/usr read-only");
    expect(await machine.agent.output("cat /run/holdfast/boot.json")).toContain("Test OS is the default.");
    await machine.stop();
    const named = await machines.start({ words: [second] });
    expect(await said(named, "OSTree 24.2")).toBe("/usr read-only, /etc writable, /var writable");
    expect(await named.agent.output("grep ' / ' /proc/mounts")).toMatch(/^composefs \/ overlay ro/m);
    expect((await named.agent.output("ls /")).split(/\s+/)).not.toContain("00");
    expect(await named.agent.output("cat /run/holdfast/boot.json")).toContain('"bootloader-chose"');
    await named.stop();
  });

  test("starts a deployment that has modules for another kernel with that kernel, by kexec", async () => {
    const machine = await machines.start({ words: ["holdfast.menu"] });
    const { terminal, agent } = machine;
    await choose(machine, "OSTree on vda");
    await choose(machine, "Test OS 24.1");
    await terminal.waitFor(/> 1 Start Test OS 24\.1 once/);
    await terminal.waitFor(/Its own kernel is started from here\. The default stays\./);
    await terminal.waitFor(/Its\s+kernel\s+modules\s+are\s+for\s+\S+-cloud-amd64/);
    terminal.type("1");
    expect(await said(machine, "OSTree 24.1")).toBe("/usr read-only, /etc writable, /var writable");
    expect(await agent.output("cat /proc/sys/kernel/osrelease")).toContain("-cloud-amd64");
    expect(await agent.output("cat /proc/cmdline")).toMatch(/^root=LABEL=x ostree=\S+ console=/);
    expect(await agent.output("cat /run/holdfast/boot.json")).toContain("The bootloader started Test OS");
    await machine.stop();
  });

  test("hands the overlay that is chosen to Alpine's init, for which a stand-in is here", async () => {
    const disk = join(folder, "chosen.disk");
    alpineDisk(disk, folder);
    const machine = await machines.start({ disk, words: ["holdfast.menu"] });
    const { terminal } = machine;
    await choose(machine, "Alpine on vda1");
    await terminal.waitFor(/^> 1 pm 3\.24\.1[\s\S]*^ +5 No overlay/m);
    terminal.type("4");
    await terminal.waitFor(/> 1 Start pm \(backup\)/);
    await terminal.waitFor(/lbu\s+revert\s+pm\.20260601100000\.tar\.gz/);
    terminal.type("1");
    await terminal.waitForHistory(/Alpine stand-in: vda1:vfat:pm\.20260601100000\.tar\.gz: alpine-base/);
    await machine.stop();
  });

  test("lets Alpine's init find its overlay where nothing is asked", async () => {
    const disk = join(folder, "alpine.disk");
    alpineDisk(disk, folder);
    const machine = await machines.start({ disk });
    await machine.terminal.waitForHistory(
      /Alpine stand-in: vda1:vfat:pm\.apkovl\.tar\.gz: alpine-base openssh linux-lts/,
    );
  });
});
