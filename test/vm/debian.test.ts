import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DebianSystem } from "./debian-system.ts";
import { readCounters, writeCounters } from "./slots.ts";

describe("Debian with its own initramfs and Holdfast's package", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({
      words: ["root=PARTLABEL=root_a", "ro", "demo.unhealthy=a"],
      prepare: (disk) => writeCounters(disk, "a", { priority: 2, tries: 2, successful: false }),
    });
  }, 600_000);
  afterAll(() => debian?.stop());

  test("starts slot A as ever; it is not healthy, so nothing confirms it, and the login says so", async () => {
    const record = await debian.started("a");
    expect(record.reason.text).toBe("Slot A is the default.");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(debian.machine.terminal.history()).not.toContain("Boot menu");
    expect(await debian.output("findmnt -no SOURCE,OPTIONS /")).toMatch(/\/dev\/vda4 +ro/);
    expect(await debian.output("findmnt -no SOURCE /var")).toContain("/dev/vda6[/var]");
    expect(await debian.code("ls /sysroot /run/holdfast/bin /run/holdfast/events")).toBe(2);
    expect(await debian.stateOf("holdfast-health")).toBe("failed");
    expect(await debian.stateOf("boot-complete.target")).toBe("inactive");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("inactive");
    expect(await debian.output("cat /run/motd.d/holdfast")).toBe(
      "A health check failed: 50-of-tests (required).\nMore about it: holdfast status",
    );
    await debian.output("sync");
    expect(readCounters(debian.disk, "a")).toEqual({ priority: 2, tries: 1, successful: false });
  });

  test("shows the menu when volume-down is held; slot B starts, and the service marks it good", async () => {
    await debian.restartIntoMenu();
    const { terminal } = debian.machine;
    terminal.type("2");
    await terminal.waitFor(/1 Start Slot B once/);
    terminal.type("1");
    expect((await debian.started("b")).reason).toEqual({
      code: "chosen",
      text: "Slot B was chosen in the menu.",
    });
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    expect(await debian.code("cat /run/motd.d/holdfast")).toBe(1);
    expect(await debian.output("holdfast status")).toContain(
      "This start: slot b. Slot B was chosen in the menu.",
    );
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  });
});
