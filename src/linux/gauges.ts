import { join } from "node:path";
import { namesIn } from "./names.ts";
import { textOf } from "./sysfs.ts";

/** The charge of the device's battery. */
export interface Battery {
  readonly percent: number;
  readonly charging: boolean;
  /** Whether a charger or a computer is plugged in, which may give less than is used. */
  readonly external: boolean;
}

/** Names by which drivers call the battery of the device itself, before others. */
const MAIN = /^(battery|bms|BAT\d+|.*-battery)$/;
/** ACPI's names: a device with several is fed by all of them, often by one after the other. */
const PART = /^BAT\d+$/;

/**
 * The main battery under `sysfs` (usually /sys/class/power_supply), or all parts of it as one; null where there is none
 * or it does not say. Batteries of mice and the like have the scope "Device" and do not count.
 */
export function readBattery(sysfs: string): Battery | null {
  const supplies = namesIn(sysfs).map((name) => ({ name, facts: supply(join(sysfs, name)) }));
  const external = supplies.some(
    ({ facts }) => facts.get("TYPE") !== "Battery" && facts.get("ONLINE") === "1",
  );
  const batteries = supplies
    .filter(({ facts }) => facts.get("TYPE") === "Battery" && facts.get("SCOPE") !== "Device")
    .filter(({ facts }) => facts.get("PRESENT") !== "0")
    .sort((a, b) => Number(MAIN.test(b.name)) - Number(MAIN.test(a.name)));
  const known = batteries.flatMap(({ name, facts }) => {
    const percent = percentOf(facts);
    return percent === null ? [] : [{ name, facts, percent }];
  });
  const [first] = known;
  if (first === undefined) return null;
  const parts = PART.test(first.name) ? known.filter(({ name }) => PART.test(name)) : [first];
  const charging = parts.some(({ facts }) => facts.get("STATUS") === "Charging");
  return { percent: shareOf(parts), charging, external };
}

/** Per cent of all that the parts of a battery hold together; of the same size where they do not say. */
function shareOf(parts: readonly { facts: ReadonlyMap<string, string>; percent: number }[]): number {
  const sizes = parts.map(({ facts }) => Number(facts.get("ENERGY_FULL") ?? facts.get("CHARGE_FULL")));
  const areKnown = sizes.every((size) => size > 0);
  const weights = sizes.map((size) => (areKnown ? size : 1));
  const held = parts.reduce((sum, { percent }, at) => sum + percent * (weights[at] ?? 1), 0);
  return Math.round(held / weights.reduce((sum, weight) => sum + weight, 0));
}

/** Of 100, from the driver's own word or from the charge; null when neither makes sense. */
function percentOf(facts: ReadonlyMap<string, string>): number | null {
  const value = (key: string): number => Number(facts.get(key) ?? Number.NaN);
  const own = value("CAPACITY");
  const [now, full] = [
    value("CHARGE_NOW") || value("ENERGY_NOW"),
    value("CHARGE_FULL") || value("ENERGY_FULL"),
  ];
  const percent = Number.isFinite(own) ? own : (now / full) * 100;
  return Number.isFinite(percent) && percent >= 0 && percent <= 100 ? Math.round(percent) : null;
}

/** POWER_SUPPLY_* of the uevent file, without that prefix. */
function supply(folder: string): Map<string, string> {
  const lines = textOf(join(folder, "uevent")).matchAll(/^POWER_SUPPLY_([A-Z_]+)=(.*)$/gm);
  return new Map([...lines].map(([, key = "", value = ""]) => [key, value.trim()]));
}
