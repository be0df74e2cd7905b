import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { configOf } from "./debian-machine.ts";
import { mkosiInitramfs } from "./debian-mkosi.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { readCounters } from "./slots.ts";

describe.runIf(ALL)("an initramfs with systemd that mkosi made, with the tree that the README names", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    const initramfs = await mkosiInitramfs(configOf());
    const words = ["systemd.gpt_auto=no", "systemd.firstboot=no", "holdfast.menu"];
    // The kernel unpacks into half of the memory.
    debian = await DebianSystem.start({ initramfs, words, memory: 2048 });
  }, 900_000);
  afterAll(() => debian?.stop());

  test("shows the menu; the chosen slot is entered, and marked good by its own services", async () => {
    const { terminal } = debian.machine;
    await terminal.waitFor(/Boot menu/, START);
    expect(terminal.screen()).not.toMatch(/\[ {2}OK {2}\]|A start job is running/);
    terminal.type("2");
    await terminal.waitFor(/1 Start Slot B once/);
    terminal.type("1");
    const record = await debian.started("b");
    expect(record.reason.code).toBe("chosen");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("findmnt -no SOURCE,FSTYPE,OPTIONS /")).toMatch(/\/dev\/vda5 +erofs +ro/);
    expect(await debian.output("systemctl --failed --no-legend --plain")).toBe("");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  });
});
