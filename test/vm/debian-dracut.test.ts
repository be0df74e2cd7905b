import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { readCounters } from "./slots.ts";

describe.runIf(ALL)("the same Debian with dracut's own initramfs, without systemd in it", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({ flavour: "dracut", words: ["ro"] });
    debian.machine.keys.hold("volumedown");
  }, 600_000);
  afterAll(() => debian?.stop());

  test("needs no root= to show the menu when volume-down is held; slot B starts and is marked good", async () => {
    const { keys, terminal } = debian.machine;
    await terminal.waitFor(/Boot menu/, START);
    expect(terminal.screen()).toContain("Volume down was held");
    await keys.release("volumedown");
    terminal.type("2");
    await terminal.waitFor(/1 Start Slot B once/);
    terminal.type("1");
    const record = await debian.started("b");
    expect(record.reason).toEqual({ code: "chosen", text: "Slot B was chosen in the menu." });
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("findmnt -no SOURCE,FSTYPE,OPTIONS /")).toMatch(/\/dev\/vda5 +erofs +ro/);
    expect(await debian.output("findmnt -no SOURCE /var")).toContain("/dev/vda6[/var]");
    expect(await debian.output("systemctl --failed --no-legend --plain")).toBe("");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  });
});
