import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { OPENRC_DONE } from "./debian-openrc.ts";
import { DebianSystem } from "./debian-system.ts";
import { readCounters, writeCounters } from "./slots.ts";

describe.runIf(ALL)("a Debian whose init is OpenRC", () => {
  let debian: DebianSystem;
  beforeAll(async () => {
    debian = await DebianSystem.start({
      flavour: "openrc",
      done: OPENRC_DONE,
      words: ["root=PARTLABEL=root_a", "ro", "demo.unhealthy=a"],
      prepare: (disk) => writeCounters(disk, "a", { priority: 2, tries: 2, successful: false }),
    });
  }, 600_000);
  afterAll(() => debian?.stop());

  test("an unhealthy slot is not confirmed: the service fails, and the login says so", async () => {
    const record = await debian.started("a");
    expect(record.state).toMatchObject({ kind: "partition", problem: null });
    expect(await debian.output("readlink /proc/1/exe")).toBe("/usr/sbin/openrc-init");
    expect(await debian.code("rc-service holdfast status")).not.toBe(0);
    expect(await debian.output("rc-status default | grep holdfast")).toMatch(
      /holdfast +\[ *(stopped|crashed)/,
    );
    expect(await debian.output("cat /run/motd.d/holdfast")).toContain(
      "A health check failed: 50-of-tests (required).",
    );
    await debian.output("sync");
    expect(readCounters(debian.disk, "a")).toEqual({ priority: 2, tries: 1, successful: false });
  });

  test("a healthy one is marked good behind all other services", async () => {
    await debian.output("holdfast select b && sync");
    await debian.restart("openrc-shutdown --reboot now");
    await debian.started("b");
    expect(await debian.output("rc-status default | grep holdfast")).toMatch(/holdfast +\[ *started/);
    expect(await debian.code("cat /run/motd.d/holdfast")).toBe(1);
    await debian.output("sync");
    expect(readCounters(debian.disk, "b")).toMatchObject({ tries: 0, successful: true });
  });
});
