import { afterEach, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { compare } from "../golden/compare.ts";
import { readGolden } from "../golden/files.ts";
import { ALL } from "./all.ts";
import { waitForMenu } from "./first-frame.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench, PHONE, type Variant } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { until } from "./until.ts";

const CARDS: Variant = {
  name: "outputs",
  state: { ...DEMO_STATE, toml: '[console]\nframebuffer = "drm"\n' },
  modules: ["virtio_gpu"],
};
const LOG = "cat /run/holdfast/menu.log";

describe.runIf(ALL)("cards and what is connected to them", () => {
  let machines: Bench | null = null;
  afterEach(() => machines?.clear());

  test("the menu goes where a display is: to another card when one is pulled off, and back when it is put on", async () => {
    machines = await bench(CARDS);
    const machine = await machines.start({ words: ["holdfast.menu"], secondPanel: PHONE });
    const { agent } = machine;
    const tellOf = (card: string, state: "on" | "off") =>
      agent.output(
        `echo ${state} >$(echo /sys/class/drm/${card}-*/status); echo change >/sys/class/drm/${card}/uevent`,
      );
    await waitForMenu(machine);
    await waitForFrame(machine, "home-asked");
    expect(await agent.output(LOG)).toMatch(/panel: \/dev\/dri\/card0 Virtual-\d 720x1440/);

    // The kernel says that nothing is connected there any more.
    await tellOf("card0", "off");
    await waitForSecond(machine, "home-asked");
    expect(await agent.output(LOG)).toMatch(/panel: \/dev\/dri\/card1 Virtual-\d 720x1440/);
    await machine.press("volumeup");
    await waitForSecond(machine, "home-asked-slot-b-focused");

    // The card that is drawn on is pulled out; then the other one has a display again.
    await agent.output(
      "d=$(readlink -f /sys/class/drm/card1/device); [ -e $d/remove ] || d=$(dirname $d); echo 1 >$d/remove",
    );
    await tellOf("card0", "on");
    await waitForFrame(machine, "home-asked-slot-b-focused");
    await machine.press("volumedown");
    await waitForFrame(machine, "home-asked");
  });
});

/** Waits until the second card's panel shows a golden frame. */
async function waitForSecond(machine: Machine, name: string): Promise<void> {
  const golden = await readGolden(`vm-${name}`, machine.panel);
  const isThere = async () => compare(await machine.screenshot("second"), golden).same;
  const describe = () => machine.terminal.describe();
  await until(isThere, { what: `vm-${name} on the second card`, timeout: 60_000, interval: 200, describe });
}
