import { join } from "node:path";
import { namesIn } from "./names.ts";
import { setIfPossible, textOf } from "./sysfs.ts";

/** Kinds of backlight drivers from the best to the last resort (Documentation/ABI/stable/sysfs-class-backlight). */
const TYPES = ["firmware", "platform", "raw"];
const BL_POWER = { on: "0", off: "4" } as const;

/** The light behind a panel. */
export interface Backlight {
  /** A share of the brightness that it had when it was opened, 0…1; 0 switches it off. */
  set(share: number): void;
  /** As it was. */
  restore(): void;
}

/** The best backlight under `sysfs` (usually /sys/class/backlight); null where there is none. */
export function openBacklight(sysfs: string): Backlight | null {
  const found = namesIn(sysfs)
    .map((name) => join(sysfs, name))
    .sort((a, b) => rank(a) - rank(b))
    .find((folder) => number(folder, "max_brightness") > 0);
  if (found === undefined) return null;
  const most = number(found, "max_brightness");
  const before = number(found, "brightness");
  // A bootloader may have left it so dark that nobody sees the menu.
  const full = before < most / 10 ? Math.max(1, Math.round(most * 0.4)) : before;
  if (full !== before) setIfPossible(join(found, "brightness"), String(full));
  return {
    set(share) {
      setIfPossible(join(found, "bl_power"), share === 0 ? BL_POWER.off : BL_POWER.on);
      if (share > 0) setIfPossible(join(found, "brightness"), String(Math.max(1, Math.round(full * share))));
    },
    restore() {
      setIfPossible(join(found, "bl_power"), BL_POWER.on);
      setIfPossible(join(found, "brightness"), String(full));
    },
  };
}

function rank(folder: string): number {
  const at = TYPES.indexOf(textOf(join(folder, "type")));
  return at < 0 ? TYPES.length : at;
}

/** 0 for what is missing or no number. */
function number(folder: string, file: string): number {
  const value = Number(textOf(join(folder, file)));
  return Number.isFinite(value) ? value : 0;
}
