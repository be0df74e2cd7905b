import { afterEach, describe, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { type Bench, bench, PHONE } from "./kit.ts";
import { type Screen, walkOn } from "./screen-walk.ts";

const DRAWN_BY_CARD = { ...DEMO_STATE, toml: '[console]\nframebuffer = "drm"\n' };

const CARDS: readonly Screen[] = [
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
];

describe.runIf(ALL)("a card that is drawn on although the kernel has a framebuffer for it", () => {
  let machines: Bench | null = null;
  afterEach(() => machines?.clear());

  test.each(CARDS)(
    "$display shows the menu, and its last picture until the system's splash",
    async (card) => {
      machines = await bench(card.variant);
      await walkOn(card, machines);
    },
  );
});
