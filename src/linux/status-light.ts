import { join } from "node:path";
import { namesIn } from "./names.ts";
import { setIfPossible, textOf } from "./sysfs.ts";

/** Functions by which drivers name a light that tells how a device is, the best first (dt-bindings/leds/common.h). */
const FUNCTIONS = ["status", "indicator", "standby", "user", "notification"];
const COLORS = ["green", "blue", "white", "rgb", "multicolor"];

/** A light beside the panel that says that the device is on although the panel is dark. */
export interface StatusLight {
  set(on: boolean): void;
  /** As it was. */
  restore(): void;
}

/** The light under `sysfs` (usually /sys/class/leds) that suits best, such as "green:status"; null where there is none. */
export function openStatusLight(sysfs: string): StatusLight | null {
  const [best] = namesIn(sysfs)
    .map((name) => ({ name, rank: rank(name) }))
    .filter(({ rank }) => rank !== null)
    .sort((a, b) => Number(a.rank) - Number(b.rank));
  if (best === undefined) return null;
  const folder = join(sysfs, best.name);
  const most = textOf(join(folder, "max_brightness")) || "1";
  const before = {
    // The one in brackets is in force.
    trigger: /\[([^\]]+)\]/.exec(textOf(join(folder, "trigger")))?.[1] ?? "none",
    brightness: textOf(join(folder, "brightness")),
  };
  let isChanged = false;
  const restore = (): void => {
    if (!isChanged) return;
    isChanged = false;
    setIfPossible(join(folder, "brightness"), before.brightness);
    // Behind the brightness, as a brightness of 0 takes every trigger away.
    setIfPossible(join(folder, "trigger"), before.trigger);
  };
  return {
    set(on) {
      if (!on) return restore();
      isChanged = true;
      setIfPossible(join(folder, "trigger"), "none");
      setIfPossible(join(folder, "brightness"), most);
    },
    restore,
  };
}

/** Lower is better; null for a light that is for something else, such as a torch, caps lock, or one of a gamepad. */
function rank(name: string): number | null {
  if (/^input\d+:/.test(name)) return null;
  const parts = name.split(":");
  const at = FUNCTIONS.indexOf((parts.at(-1) ?? "").replace(/[-_]?\d+$/, ""));
  const color = COLORS.indexOf(parts.at(-2) ?? "");
  return at < 0 ? null : at * 10 + (color < 0 ? COLORS.length : color);
}
