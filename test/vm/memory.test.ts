import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { waitForMenu } from "./first-frame.ts";
import { type Bench, bench } from "./kit.ts";
import { waitForSlot } from "./real-root.ts";
import { until } from "./until.ts";

describe("a phone with 256 MB, whose initramfs has Holdfast as an image", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "memory", payload: "image" });
  });
  afterAll(() => machines.clear());

  test("shows the menu, enters a slot, and keeps nothing of the image in memory", async () => {
    const machine = await machines.start({ memory: 256 });
    machine.keys.hold("volumedown");
    await waitForMenu(machine);
    await machine.keys.release("volumedown");
    const free = await machine.agent.output("sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo");
    expect(Number(free)).toBeGreaterThan(40_000);

    await machine.press("power");
    await waitForSlot(machine, "a");
    expect(await machine.agent.output("grep -c squashfs /proc/mounts; losetup -a; true")).toBe("0");
    expect((await machine.agent.output("holdfast status")).split("\n").length).toBeGreaterThan(2);
  });
});

describe.runIf(ALL)("a phone whose initramfs has Holdfast as files", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench();
  });
  afterAll(() => machines.clear());

  test.each([512, 384])("shows the menu with %i MB and enters a slot", async (memory) => {
    const machine = await machines.start({ memory });
    machine.keys.hold("volumedown");
    await waitForMenu(machine);
    await machine.keys.release("volumedown");
    await machine.press("power");
    await waitForSlot(machine, "a");
    // The next one writes to the same disk.
    await machine.stop();
  });
});

/** Takes memory away until so many MiB are free, as other things of a boot do. */
const TAKE = `#!/bin/sh
for word in $(cat /proc/cmdline); do
	case $word in
	demo.free=*) free=\${word#*=} ;;
	esac
done
[ -n "$free" ] || exit 0
mount -t tmpfs -o size=100% tmpfs /tmp
while [ "$(sed -n 's/^MemAvailable: *\\([0-9]*\\) kB/\\1/p' /proc/meminfo)" -gt $((free * 1024)) ]; do
	head -c 1M /dev/zero >>/tmp/taken
done
`;

/** Enough for the menu on a serial line, and too little for a panel. */
const SHORT = ["demo.free=46", "holdfast.menu"];

describe.runIf(ALL)("a phone whose memory is short", () => {
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({ name: "short", files: { "etc/holdfast/early.d/60-take.sh": TAKE } });
  });
  afterAll(() => machines.clear());

  test("has the menu on serial alone, which says why the panel is left out, and enters a slot", async () => {
    const machine = await machines.start({ memory: 512, words: SHORT });
    await machine.terminal.waitFor(/panel is\s+left\s+out:\s+\d+ MiB/, 120_000);
    await machine.terminal.type("\r");
    await waitForSlot(machine, "a");
  });
});

describe.runIf(ALL)("a phone whose memory is short and that has no serial line", () => {
  let machines: Bench;
  beforeAll(async () => {
    const toml = "[console]\nserial = []\n";
    const files = { "etc/holdfast/early.d/60-take.sh": TAKE };
    machines = await bench({ name: "short-panel", files, state: { ...DEMO_STATE, toml } });
  });
  afterAll(() => machines.clear());

  test("starts the default slot and says why there is no menu", async () => {
    const machine = await machines.start({ memory: 512, words: SHORT });
    const isSaid = () => /panel is left out: \d+ MiB of memory are free/.test(machine.terminal.log());
    const describe = () => machine.terminal.describe();
    await until(isSaid, { what: "why there is no menu", timeout: 120_000, describe });
    await waitForSlot(machine, "a");
  });
});
