import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { readCounters } from "./slots.ts";
import { type StandIns, standIns } from "./stand-ins.ts";

describe.runIf(ALL)("an initramfs that a stand-in of its generator made and runs", () => {
  let images: StandIns;
  let debian: DebianSystem;
  beforeAll(async () => {
    images = await standIns();
  }, 600_000);
  afterEach(() => debian?.stop());

  /** Slot B was entered in place, and its own services marked it good. */
  const sawSlotB = async () => {
    const record = await debian.started("b");
    expect(record.reason.code).toBe("chosen");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("findmnt -no SOURCE,FSTYPE,OPTIONS /")).toMatch(/\/dev\/vda5 +erofs +ro/);
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toEqual({ priority: 1, tries: 0, successful: true });
  };

  const chooseSlotB = async () => {
    const { terminal } = debian.machine;
    await terminal.waitFor(/Boot menu/, START);
    terminal.type("2");
    await terminal.waitFor(/1 Start Slot B once/);
    terminal.type("1");
  };

  test("mkinitcpio with busybox: run_hook shows the menu, and mount_handler hands the chosen root over", async () => {
    const words = ["root=/dev/vda4", "holdfast.menu"];
    debian = await DebianSystem.start({ initramfs: images.mkinitcpio, words });
    await chooseSlotB();
    await sawSlotB();
  });

  test("mkinitcpio with systemd: the unit that the hook installs shows the menu and leaves the root on /sysroot", async () => {
    const words = ["systemd.gpt_auto=no", "holdfast.menu"];
    debian = await DebianSystem.start({ initramfs: images.mkinitcpioSystemd, words });
    await chooseSlotB();
    await sawSlotB();
  });
});
