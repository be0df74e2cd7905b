import { join } from "node:path";
import { namesIn } from "./names.ts";
import { textOf } from "./sysfs.ts";

/** How hot a zone is, in degrees Celsius, and when the kernel switches the device off for it. */
export interface Zone {
  readonly celsius: number;
  readonly limit: number;
}

/** What sensors report that are broken or not there lies beyond these, in degrees. */
const [COLDEST, HOTTEST] = [-40, 200];

/**
 * The zone under `sysfs` (usually /sys/class/thermal) that is nearest to the temperature at which the kernel switches the
 * device off; null where no zone has one. See Documentation/ABI/testing/sysfs-class-thermal.
 */
export function readHeat(sysfs: string): Zone | null {
  const zones = namesIn(sysfs)
    .filter((name) => /^thermal_zone\d+$/.test(name))
    .flatMap((name) => zoneOf(join(sysfs, name)));
  const [nearest] = zones.sort((a, b) => a.limit - a.celsius - (b.limit - b.celsius));
  return nearest ?? null;
}

function zoneOf(folder: string): Zone[] {
  const celsius = degrees(join(folder, "temp"));
  const limits = namesIn(folder)
    .filter((file) => /^trip_point_\d+_type$/.test(file))
    .filter((file) => textOf(join(folder, file)) === "critical")
    .map((file) => degrees(join(folder, file.replace("_type", "_temp"))))
    .filter((limit) => limit !== null);
  return celsius === null || limits.length === 0 ? [] : [{ celsius, limit: Math.min(...limits) }];
}

/** From thousandths; null for what no sensor of a device can mean. */
function degrees(file: string): number | null {
  const words = textOf(file);
  const value = Number(words) / 1000;
  return words !== "" && value > COLDEST && value < HOTTEST ? Math.round(value) : null;
}
