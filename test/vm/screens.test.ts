import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, describe, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { ALL } from "./all.ts";
import { uinputProgram } from "./input/hands.ts";
import { type Bench, bench, PHONE, type Variant } from "./kit.ts";
import { POWER_TILE, type Spot } from "./places.ts";
import { type Screen, walkOn } from "./screen-walk.ts";

const DRAWN_BY_CARD = { ...DEMO_STATE, toml: '[console]\nframebuffer = "drm"\n' };

const CARDS: readonly Screen[] = [
  {
    place: "x64 bochs, fbdev",
    name: "/dev/fb0 bochs-drmdrmfb 720x1440 32 bits",
    variant: { name: "screen-bochs" },
    machine: { panel: PHONE },
    power: POWER_TILE,
  },
  {
    place: "x64 bochs, DRM",
    name: "/dev/dri/card0 Virtual-1 720x1440",
    variant: { name: "drm", state: DRAWN_BY_CARD },
    machine: { panel: PHONE },
    power: POWER_TILE,
  },
  {
    place: "x64 virtio-gpu, fbdev",
    name: "/dev/fb0 virtio_gpudrmfb 720x1440 32 bits",
    variant: { name: "screen-virtio", modules: ["virtio_gpu"] },
    machine: { panel: PHONE, display: "virtio-gpu" },
    power: POWER_TILE,
  },
  {
    place: "x64 virtio-gpu, DRM",
    name: "/dev/dri/card0 Virtual-1 720x1440",
    variant: { name: "drm-virtio", state: DRAWN_BY_CARD, modules: ["virtio_gpu"] },
    machine: { panel: PHONE, display: "virtio-gpu" },
    power: POWER_TILE,
  },
];

/** Leaves the card to what the firmware set up. */
const NO_DRIVER = "nomodeset";
/** The largest size that a VESA mode of 16 bits and one of 24 bits have, and the tile "Power" there. */
const VESA = { width: 800, height: 600 };
const VESA_POWER: Spot = [719 / 800, 520 / 600];

const FIRMWARE: readonly Screen[] = [
  // VESA modes as the kernel sets them before it starts (Documentation/fb/vesafb.rst).
  {
    place: "x64 vesafb, 16 bits",
    name: "/dev/fb0 VESA VGA 800x600 16 bits",
    variant: { name: "screen-firmware" },
    machine: { panel: VESA, words: ["vga=0x314", NO_DRIVER] },
    power: VESA_POWER,
  },
  {
    place: "x64 vesafb, 24 bits",
    name: "/dev/fb0 VESA VGA 800x600 24 bits",
    variant: { name: "screen-firmware" },
    machine: { panel: VESA, words: ["vga=0x315", NO_DRIVER] },
    power: VESA_POWER,
  },
  {
    place: "x64 efifb, 32 bits",
    name: "/dev/fb0 EFI VGA 720x1440 32 bits",
    variant: { name: "screen-firmware" },
    machine: { panel: PHONE, efi: true, words: [NO_DRIVER] },
    power: POWER_TILE,
  },
];

describe.runIf(ALL)("every display", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-screens-"));
  let machines: Bench | null = null;
  afterEach(() => machines?.clear());
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each([...CARDS, ...FIRMWARE])(
    "$place shows the menu, is worked by every input, and keeps its last picture until the splash",
    async (screen) => {
      machines = await bench(withHands(screen.variant));
      await walkOn(screen, machines);
    },
  );

  function withHands(variant: Variant): Variant {
    const modules = [...(variant.modules ?? []), "uinput"];
    return { ...variant, modules, files: uinputProgram(folder) };
  }
});
