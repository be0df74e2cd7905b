import { afterEach, describe, test } from "vitest";
import { ALL } from "./all.ts";
import { type Bench, bench } from "./kit.ts";
import { type Screen, walkOn } from "./screen-walk.ts";

/** Leaves the card to what the firmware set up. */
const NO_DRIVER = "nomodeset";
const SMALL = { width: 800, height: 600 };
/** As QEMU's UEFI sets it up. */
const WIDE = { width: 1280, height: 800 };

const SCREENS: readonly Screen[] = [
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
  {
    display: "efifb, 32 bits",
    name: "/dev/fb0 EFI VGA 1280x800 32 bits",
    variant: {},
    machine: { panel: WIDE, efi: true, words: [NO_DRIVER] },
  },
];

describe.runIf(ALL)("the firmware's framebuffer, where the card has no driver", () => {
  let machines: Bench | null = null;
  afterEach(() => machines?.clear());

  test.each(SCREENS)(
    "$display shows the menu, and its last picture until the system's splash",
    async (screen) => {
      machines = await bench(screen.variant);
      await walkOn(screen, machines);
    },
  );
});
