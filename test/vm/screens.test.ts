import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { chooseByKeys } from "./choose.ts";
import { waitForFrame } from "./frames.ts";
import { type Bench, bench, PHONE, type Variant } from "./kit.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { proved } from "./matrix.ts";
import { isTextConsole } from "./picture.ts";
import { waitForSlot } from "./real-root.ts";

interface Screen {
  /** In the table of what was seen. */
  readonly display: string;
  /** What the menu's log calls it. */
  readonly name: string;
  readonly variant: Variant;
  readonly machine: Partial<MachineOptions>;
}

const DRAWN_BY_CARD = { ...DEMO_STATE, toml: '[console]\nframebuffer = "drm"\n' };
/** As VESA and EFI have it. */
const SMALL = { width: 800, height: 600 };
/** Leaves the card to what the firmware set up. */
const NO_DRIVER = "nomodeset";

const SCREENS: readonly Screen[] = [
  {
    display: "bochs, DRM",
    name: "/dev/dri/card0 Virtual-1 720x1440",
    variant: { name: "drm", state: DRAWN_BY_CARD },
    machine: { panel: PHONE },
  },
  {
    display: "virtio-gpu, DRM",
    name: "/dev/dri/card0 Virtual-1 720x1440",
    variant: { name: "drm-virtio", state: DRAWN_BY_CARD, modules: ["virtio_gpu"] },
    machine: { panel: PHONE, display: "virtio-gpu" },
  },
  {
    display: "efifb, 32 bits",
    name: "/dev/fb0 EFI VGA 800x600 32 bits",
    variant: {},
    machine: { panel: SMALL, efi: true, words: [NO_DRIVER] },
  },
  // VESA modes as the kernel sets them before it starts (Documentation/fb/vesafb.rst).
  {
    display: "vesafb, 16 bits",
    name: "/dev/fb0 VESA VGA 800x600 16 bits",
    variant: {},
    machine: { panel: SMALL, words: ["vga=0x314", NO_DRIVER] },
  },
  {
    display: "vesafb, 24 bits",
    name: "/dev/fb0 VESA VGA 800x600 24 bits",
    variant: {},
    machine: { panel: SMALL, words: ["vga=0x315", NO_DRIVER] },
  },
];

describe.runIf(ALL)("every kind of screen", () => {
  let machines: Bench | null = null;
  afterEach(() => machines?.clear());

  test.each(SCREENS)(
    "$display shows the menu, and its last picture until the system's splash",
    async (screen) => {
      machines = await bench(screen.variant);
      const words = ["splash", ...(screen.machine.words ?? [])];
      const machine = await machines.start({ ...screen.machine, words });
      machine.keys.hold("volumedown");
      await waitForFrame(machine, "home", 120_000);
      await machine.keys.release("volumedown");
      expect(await machine.agent.output("cat /run/holdfast/menu.log")).toContain(`panel: ${screen.name}`);
      await chooseByKeys(machine, "Slot B");
      await chooseByKeys(machine, "Start Slot B once");
      expect(await gapsUntil(machine, waitForSlot(machine, "b"))).toEqual([]);
      proved({ arch: "x64", display: screen.display, inputs: ["volume and power"] });
    },
  );
});

/** Looks at the panel all the time until the slot has started; the times at which it was black, or had text. */
async function gapsUntil(machine: Machine, started: Promise<unknown>): Promise<number[]> {
  const since = Date.now();
  const gaps: number[] = [];
  let isOver = false;
  const over = started.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if (isTextConsole(await machine.screenshot())) gaps.push(Date.now() - since);
    await pause(30);
  }
  await over;
  return gaps;
}
