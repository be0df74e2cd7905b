import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { espNames } from "./efi-disk.ts";
import { lineDisk } from "./efi-line.ts";
import { EfiMachine } from "./efi-machine.ts";

describe.runIf(ALL)("firmware, systemd-boot, Holdfast and a real root, one after the other", () => {
  let machine: EfiMachine;
  beforeAll(async () => {
    // Slot B comes up each time, never says that it works, and restarts.
    machine = await EfiMachine.start(await lineDisk(["demo.mark.b=none", "demo.then.b=reboot"]));
  });
  afterAll(() => machine.stop());
  const entries = () => espNames(machine.disk, "loader/entries");

  test("three starts of an update that is never confirmed; then slot A, the reason, and no second count", async () => {
    await machine.waitForLog(/(?:This is slot B[\s\S]*){3}/, 400_000);
    expect(entries()).toEqual(["os-a.conf", "os-b+0-3.conf"]);

    await machine.terminal.waitFor(/Start Slot A/, 120_000);
    expect(machine.terminal.screen()).toContain("Slot B did not start after 3 tries, so slot A is used.");
    machine.terminal.type("\r");
    await machine.waitForLog(/This is slot A/);
    await machine.agent.ready();
    expect(JSON.parse(await machine.agent.output("cat /run/holdfast/boot.json"))).toMatchObject({
      slot: "a",
    });
    expect(entries()).toEqual(["os-a.conf", "os-b+0-3.conf"]);
    const status = JSON.parse(await machine.agent.output("holdfast status --json"));
    expect(status).toMatchObject({
      scheme: "systemd-boot",
      counting: "bootloader",
      booted: { slot: "a", certain: true },
      default: "a",
    });
  }, 600_000);

  test("from the real root, a good mark gives slot B its plain name, and a bad one +0", async () => {
    await machine.agent.output("holdfast mark tries 2 --slot b");
    await machine.agent.output("sync");
    expect(entries()).toEqual(["os-a.conf", "os-b+2-0.conf"]);
    await machine.agent.output("holdfast mark good --slot b");
    expect(entries()).toEqual(["os-a.conf", "os-b.conf"]);
    await machine.agent.output("holdfast mark bad --slot b");
    expect(entries()).toEqual(["os-a.conf", "os-b+0.conf"]);
  });
});
