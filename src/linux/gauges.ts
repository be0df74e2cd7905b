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
const MAIN = /^(battery|bms|BAT0|.*-battery)$/;

/**
 * The main battery under `sysfs` (usually /sys/class/power_supply); null where there is none or it does not
 * say. Batteries of mice and the like have the scope "Device" and do not count.
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
  for (const { facts } of batteries) {
    const percent = percentOf(facts);
    if (percent !== null) return { percent, charging: facts.get("STATUS") === "Charging", external };
  }
  return null;
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
