import { join } from "node:path";
import { batteryCare } from "../domain/battery.ts";
import { HoldfastError } from "../domain/errors.ts";
import { readBattery } from "../linux/gauges.ts";

/** Throws (`refused`) where the battery is too low to begin long work; a device without one, or on a charger, may. */
export function requireCharge(root: string): void {
  const battery = readBattery(join(root, "sys/class/power_supply"));
  if (battery === null || batteryCare([battery]) === "fine") return;
  throw new HoldfastError("refused", `The battery is at ${battery.percent} %. Nothing was changed.`, {
    next: "Plug in a charger, or add --despite-battery: a reset that is cut short goes on at the next start.",
  });
}
