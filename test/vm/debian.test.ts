import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { run } from "../../src/build/run.ts";
import { ALL } from "./all.ts";
import { debianMachine } from "./debian-machine.ts";
import { Machine } from "./machine.ts";
import type { BootRecord } from "./real-root.ts";
import { readCounters, writeCounters } from "./slots.ts";
import { until } from "./until.ts";

const START = 300_000;

let folder: string;
let disk: string;
let machine: Machine;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "holdfast-debian-"));
  const parts = await debianMachine();
  disk = join(folder, "disk.img");
  run("cp", ["--sparse=always", "--reflink=auto", parts.disk, disk]);
  writeCounters(disk, "a", { priority: 2, tries: 2, successful: false });
  // "quiet": Debian's own words are not what this is about.
  machine = await Machine.start({
    ...parts,
    disk,
    words: ["root=PARTLABEL=root_a", "ro", "demo.unhealthy=a"],
  });
}, 600_000);
afterAll(async () => {
  await machine?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Waits until Debian has started in that slot and its units are done; answers boot.json. */
async function started(slot: string): Promise<BootRecord> {
  await machine.agent.ready(START);
  await until(async () => (await machine.agent.run("systemctl list-jobs | grep -q 'No jobs'")).code === 0, {
    what: "the end of the start",
    timeout: START,
    interval: 1000,
    describe: () => machine.terminal.describe(),
  });
  const record = JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json")) as BootRecord;
  expect(record.slot).toBe(slot);
  return record;
}

const stateOf = async (unit: string) =>
  (await machine.agent.run(`systemctl show -P ActiveState ${unit}`)).output.trim();

/** Starts the machine again as its user would; the agent goes away with the system. */
async function restart(): Promise<void> {
  await machine.agent.run("systemctl reboot", 3000).catch(() => {});
  await machine.terminal.waitForHistory(/reboot: Restarting system|Rebooting\./).catch(() => {});
}

describe("Debian with its own initramfs and Holdfast's package", () => {
  test("starts slot A as ever; it is not healthy, so nothing confirms it, and the login says so", async () => {
    const record = await started("a");
    expect(record.reason.text).toBe("Slot A is the default.");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(machine.terminal.history()).not.toContain("Boot menu");
    expect(await machine.agent.output("findmnt -no SOURCE,OPTIONS /")).toMatch(/\/dev\/vda4 +ro/);
    expect(await machine.agent.output("findmnt -no SOURCE /var")).toContain("/dev/vda6[/var]");
    expect((await machine.agent.run("ls /sysroot /run/holdfast/bin /run/holdfast/events")).code).toBe(2);
    expect(await stateOf("holdfast-health")).toBe("failed");
    expect(await stateOf("boot-complete.target")).toBe("inactive");
    expect(await stateOf("holdfast-mark-good")).toBe("inactive");
    expect(await machine.agent.output("cat /run/motd.d/holdfast")).toBe(
      "A health check failed: 50-of-tests (required).\nMore about it: holdfast status",
    );
    await machine.agent.output("sync");
    expect(readCounters(disk, "a")).toEqual({ priority: 2, tries: 1, successful: false });
  });

  test("shows the menu when volume-down is held; slot B starts, and the service marks it good", async () => {
    machine.keys.hold("volumedown");
    await restart();
    await machine.terminal.waitFor(/Boot menu/, START);
    expect(machine.terminal.screen()).toContain("Volume down was held");
    await machine.keys.release("volumedown");
    machine.terminal.type("2");
    await machine.terminal.waitFor(/1 Start Slot B once/);
    machine.terminal.type("1");
    expect((await started("b")).reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });
    expect(await stateOf("holdfast-mark-good")).toBe("active");
    expect((await machine.agent.run("cat /run/motd.d/holdfast")).code).toBe(1);
    expect(await machine.agent.output("holdfast status")).toContain(
      "This start: slot b. Slot B was chosen in the menu.",
    );
    await machine.agent.output("sync");
    expect(readCounters(disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  });

  test.runIf(ALL)(
    "uses up the last try of slot A, falls back to slot B, and login and status say why",
    async () => {
      await restart();
      await started("a");
      await machine.agent.output("sync");
      expect(readCounters(disk, "a")).toEqual({ priority: 0, tries: 0, successful: false });
      await restart();
      await machine.terminal.waitFor(/Start Slot B/, START);
      const why = "Slot A did not start after 2 tries, so slot B is used.";
      machine.terminal.type("\r");
      expect((await started("b")).reason).toEqual({ code: "fallback", text: why });
      expect(await machine.agent.output("cat /run/motd.d/holdfast")).toBe(
        `${why}\nMore about it: holdfast status`,
      );
      expect(await machine.agent.output("holdfast status")).toContain(`This start: slot b. ${why}`);
    },
  );
});
