import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { DebianSystem } from "./debian-system.ts";
import { writeCounters } from "./slots.ts";

describe.runIf(ALL)("a Debian whose bootloader decides, and whose generator takes ordinary starts", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({
      ordinary: "generator",
      words: ["root=PARTLABEL=root_a", "ro"],
      prepare: (disk) => writeCounters(disk, "a", { priority: 2, tries: 0, successful: true }),
    });
  }, 600_000);
  afterAll(() => debian?.stop());

  test("is entered by Holdfast at the first start, which makes /state and remembers the slot", async () => {
    expect((await debian.started("a")).reason.text).toBe("Slot A is the default.");
    expect(await debian.output("cat /state/.holdfast/last-slot")).toBe("a");
  });

  test("is entered by the generator from then on, without a start of Holdfast, and still marked good", async () => {
    await debian.restart();
    const record = await debian.started("a");
    expect(record.reason).toEqual({ code: "default", text: "The bootloader started this slot." });
    expect(await debian.output("ls /run/holdfast")).not.toContain("gate.out");
    expect(await debian.output("dmesg")).toContain("nothing waits for Holdfast");
    expect(await debian.output("findmnt -no SOURCE,OPTIONS /")).toMatch(/\/dev\/vda4 +ro/);
    expect(await debian.output("findmnt -no SOURCE /var")).toContain("/dev/vda6[/var]");
    expect(await debian.stateOf("holdfast-health")).toBe("active");
    expect(await debian.stateOf("holdfast-mark-good")).toBe("active");
    expect(await debian.output("holdfast status")).toContain("The bootloader started this slot.");
  });

  test("shows the menu for a held key all the same", async () => {
    await debian.restartIntoMenu();
  });
});
