import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { DebianSystem, START } from "./debian-system.ts";
import { readCounters, writeCounters } from "./slots.ts";

describe.runIf(ALL)("a Debian whose slot A is on its last try and never healthy", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({
      words: ["root=PARTLABEL=root_a", "ro", "demo.unhealthy=a"],
      prepare: (disk) => writeCounters(disk, "a", { priority: 2, tries: 1, successful: false }),
    });
  }, 600_000);
  afterAll(() => debian?.stop());

  test("uses it up; slot B is the fallback, and menu, login and status say why", async () => {
    await debian.started("a");
    await debian.output("sync");
    expect(readCounters(debian.disk, "a")).toMatchObject({ tries: 0, successful: false });
    await debian.restart();
    const { terminal } = debian.machine;
    const why = "Slot A did not start, so slot B is used.";
    await terminal.waitFor(/Boot menu[\s\S]*Slot A did not start, so slot B is used\./, START);
    terminal.type("\r");
    expect((await debian.started("b")).reason).toEqual({ code: "fallback", text: why });
    expect(await debian.output("cat /run/motd.d/holdfast")).toBe(`${why}\nMore about it: holdfast status`);
    expect(await debian.output("holdfast status")).toContain(`This start: slot b. ${why}`);
  });

  test("systemd's factory-reset.target asks for a reset, which the next start carries out once", async () => {
    await debian.output("echo mine >/home/diary && sync");
    await debian.output("systemctl start factory-reset.target");
    expect(await debian.stateOf("holdfast-factory-reset")).toBe("inactive");
    await debian.restart();
    await debian.started("b");
    expect(await debian.code("cat /home/diary")).toBe(1);
    const { receipt } = JSON.parse(await debian.output("holdfast status --json"));
    expect(receipt).toMatchObject({ scope: "all", outcome: "done" });
  });
});
