import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SYSTEMD_VENDOR } from "../../src/domain/reset-request.ts";
import { ALL } from "./all.ts";
import { lineDisk } from "./efi-line.ts";
import { EfiMachine } from "./efi-machine.ts";

const CARRIED_OUT = "A factory reset is carried out";

describe.runIf(ALL)("systemd's EFI variable", () => {
  let machine: EfiMachine;
  beforeAll(async () => {
    machine = await EfiMachine.start(await lineDisk(["demo.mark=none"]));
  });
  afterAll(() => machine.stop());

  /** Waits for the system's n-th start. */
  async function started(times: number): Promise<void> {
    await machine.waitForLog(new RegExp(`(?:This is slot [\\s\\S]*){${times}}`), 300_000);
    await machine.agent.ready();
  }

  test("FactoryReset resets everything once, and is gone from the firmware", {
    timeout: 900_000,
  }, async () => {
    await started(1);
    const { agent } = machine;
    const file = `/sys/firmware/efi/efivars/FactoryReset-${SYSTEMD_VENDOR}`;
    await agent.output("mkdir -p /state/home && echo mine >/state/home/diary && sync");
    // Attributes: non-volatile, boot and run time; then "yes" in UTF-16.
    await agent.output(`printf '\\007\\000\\000\\000y\\000e\\000s\\000' >${file} && ls ${file}`);
    await agent.run("sync; reboot", 2000).catch(() => null);

    await started(2);
    expect(machine.terminal.log().split(CARRIED_OUT).length - 1).toBe(1);
    expect((await agent.run("cat /state/home/diary")).code).not.toBe(0);
    const { receipt } = JSON.parse(await agent.output("holdfast status --json"));
    expect(receipt).toMatchObject({ scope: "all", origin: "efi-variable", outcome: "done" });
    expect((await agent.run(`ls ${file}`)).code).not.toBe(0);
    await agent.output("echo mine >/state/home/diary && sync");
    await agent.run("reboot", 2000).catch(() => null);

    await started(3);
    expect(machine.terminal.log().split(CARRIED_OUT).length - 1).toBe(1);
    expect(await agent.output("cat /state/home/diary")).toBe("mine");
  });
});
