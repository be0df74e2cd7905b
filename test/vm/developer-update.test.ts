import { statSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { demoRoot } from "../../src/build/demo-root.ts";
import { type DemoSlot, demoConfig, demoSlots } from "../../src/build/demo-slots.ts";
import { initramfsDefaults } from "../../src/build/initramfs.ts";
import { debianKernel } from "../../src/build/kernel.ts";
import { run } from "../../src/build/run.ts";
import { HOST } from "../../src/build/target.ts";
import { ALL } from "./all.ts";
import { choose } from "./choose.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { waitForSlot } from "./real-root.ts";

/** The same slot with the next version of its system. */
async function updatedRoot(slot: DemoSlot): Promise<string> {
  const { release, modulesDir } = debianKernel(slot.kernel);
  return demoRoot({
    name: "test-developer-updated.erofs",
    slot: { ...slot, version: "2.2" },
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

describe.runIf(ALL)("an update of the slot below the changes to its /usr", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "test-developer-update" });
  });
  afterAll(() => machines.clear());

  async function startMenu(): Promise<Machine> {
    const machine = await machines.start({ words: ["holdfast.menu"], panel: null });
    await machine.terminal.waitFor(/Boot menu/, 90_000);
    return machine;
  }

  test("loses none of them: the start says so, and the menu asks what becomes of them", async () => {
    let machine = await startMenu();
    await choose(machine, "Developer mode");
    await choose(machine, "Writable system");
    await choose(machine, "Turn on");
    await machine.terminal.waitFor(/Developer mode is on\./);
    machine.terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    await machine.agent.output("echo mine >/usr/marker; sync");
    await machine.stop();

    const [slot] = demoSlots();
    if (slot === undefined) throw new Error("there is a first slot");
    install(await updatedRoot(slot), machines.disk, "root_a");
    machine = await machines.start({ panel: null });
    await waitForSlot(machine, "a");
    expect((await machine.agent.run("cat /usr/marker")).code).not.toBe(0);
    const record = await machine.agent.output("cat /run/holdfast/boot.json");
    expect(JSON.parse(record).notes).toEqual([expect.stringMatching(/former system of this slot are kept/)]);
    expect(await machine.agent.output("holdfast developer")).toMatch(/slot a was updated/);
    await machine.agent.output("sync");
    await machine.stop();

    machine = await startMenu();
    await choose(machine, "An update replaced the system under your changes");
    await machine.terminal.waitFor(/Slot A was updated under your changes/);
    await machine.terminal.waitFor(
      /Use my changes[\s\S]*Set my changes aside[\s\S]*Discard my former changes/,
    );
    await choose(machine, "Use my changes with the new system");
    await machine.terminal.waitFor(/The layer is used with the new image/);
    machine.terminal.type("\x1b");
    await choose(machine, "Start Slot A");
    await waitForSlot(machine, "a");
    expect(await machine.agent.output("cat /usr/marker; . /usr/lib/os-release; echo $VERSION_ID")).toBe(
      "mine\n2.2",
    );
  });
});
