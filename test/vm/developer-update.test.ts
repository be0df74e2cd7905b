import { statSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { demoRoot } from "../../src/build/demo-root.ts";
import { demoConfig, demoSlots } from "../../src/build/demo-slots.ts";
import { initramfsDefaults } from "../../src/build/initramfs.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { run } from "../../src/build/run.ts";
import { HOST } from "../../src/build/target.ts";
import { ALL } from "./all.ts";
import { choose, turnOn } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { startSlotA, stopSynced, waitForSlot } from "./real-root.ts";

/** The system of slot A in another version. */
async function systemOf(version: string): Promise<string> {
  const [slot] = demoSlots();
  if (slot === undefined) throw new Error("there is a first slot");
  const { release, modulesDir } = debianKernel(slot.kernel);
  return demoRoot({
    name: `test-developer-${version}.erofs`,
    slot: { ...slot, version },
    otherSlot: "b",
    modulesDir,
    release,
    programs: initramfsDefaults(HOST),
    config: demoConfig(demoSlots(), "chromeos-gpt"),
  });
}

/** Writes an image over a partition of a disk image. */
function install(image: string, disk: string, label: string): void {
  const table = JSON.parse(run("sfdisk", ["--json", disk])).partitiontable;
  const found = table.partitions.find((each: { name: string }) => each.name === label);
  expect(statSync(image).size).toBeLessThanOrEqual(found.size * 512);
  run("dd", [`if=${image}`, `of=${disk}`, "bs=512", `seek=${found.start}`, "conv=notrunc", "status=none"]);
}

describe.runIf(ALL)("an update of the slot below the changes to its /usr", { timeout: 400_000 }, () => {
  let machines: Bench;
  let machine: Machine;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer-update" });
  });
  afterEach(() => machine.stop());
  afterAll(() => machines.clear());

  async function startMenu(): Promise<void> {
    machine = await machines.start({ words: ["holdfast.menu"], panel: null });
    await machine.terminal.waitFor(/Boot menu/, 90_000);
  }

  /** The changes to /usr and the version of the system below them, as the running system has them. */
  const seen = () => machine.agent.output("cat /usr/marker-*; . /usr/lib/os-release; echo $VERSION_ID");

  test("loses none of them: the start says so, and the menu has them used with the new system", async () => {
    await startMenu();
    await choose(machine, "Developer mode");
    await turnOn(machine, "Writable system");
    await choose(machine, "Turn on");
    await machine.terminal.waitFor(/Developer mode is on\./);
    await startSlotA(machine);
    await machine.agent.output("echo first >/usr/marker-1");
    await stopSynced(machine);

    install(await systemOf("2.2"), machines.disk, "root_a");
    machine = await machines.start({ panel: null });
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("cat /usr/marker-1")).code).not.toBe(0);
    const record = await machine.agent.output("cat /run/holdfast/boot.json");
    expect(JSON.parse(record).notes).toEqual([expect.stringMatching(/former system of this slot are kept/)]);
    expect(await machine.agent.output("holdfast developer")).toMatch(/slot a was updated/);
    await stopSynced(machine);

    await startMenu();
    await decide("Use my changes with the new system", /The layer is used with the new image/);
    await startSlotA(machine);
    expect(await seen()).toBe("first\n2.2");
    await stopSynced(machine);
  });

  test("leaves them aside, or discards them, as a person chose", async () => {
    install(await systemOf("2.3"), machines.disk, "root_a");
    await startMenu();
    await decide("Set my changes aside", /The layer is kept, and not used/);
    await startSlotA(machine);
    await machine.agent.output("echo second >/usr/marker-2");
    expect(await seen()).toBe("second\n2.3");
    await stopSynced(machine);

    install(await systemOf("2.4"), machines.disk, "root_a");
    await startMenu();
    await decide("Discard my former changes", /DISCARD/);
    machine.terminal.type("discard\r");
    await machine.terminal.waitFor(/changes are gone/);
    await startSlotA(machine);
    expect((await machine.agent.run("ls /usr/marker-*")).code).not.toBe(0);
    // What was set aside is nobody's to discard but its owner's.
    expect(await machine.agent.output("cat /state/.holdfast/layers/.aside-*/usr/marker-*")).toBe("first");
  });

  /** Opens what the first screen says of the update, and chooses what becomes of the changes. */
  async function decide(choice: string, answer: RegExp): Promise<void> {
    await choose(machine, "An update replaced the system under your changes");
    await machine.terminal.waitFor(/Slot A was updated under your changes/);
    await choose(machine, choice);
    await machine.terminal.waitFor(answer);
  }
});
