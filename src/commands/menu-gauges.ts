import { join } from "node:path";
import { type BatteryCare, type BatteryReading, batteryCare } from "../domain/battery.ts";
import type { Heat } from "../domain/heat.ts";
import { readBattery } from "../linux/gauges.ts";
import { readHeat } from "../linux/thermal.ts";
import type { Model } from "../menu/model.ts";

const EVERY_MS = 30_000;
/** Looks at the battery that are judged together. */
const KEPT_LOOKS = 3;
/** A clock before this was not set: nothing is older than the first release. */
const FIRST_RELEASE = Date.UTC(2026, 0, 1);

/** The time of day. It has no zone this early in a boot, and says so; null while the clock is not set. */
function clockText(now: Date): string | null {
  return now.getTime() >= FIRST_RELEASE ? `${now.toISOString().slice(11, 16)} UTC` : null;
}

/** Who is told. */
export interface Gauged {
  gauge(gauges: Model["gauges"], care: BatteryCare): void;
  warm(heat: Heat | null): void;
}

/** Gauges that are looked at until `close`. */
export interface Gauges {
  /** Tells once more what was seen last: to somebody who was not there then. */
  tell(): void;
  close(): void;
}

/** Tells battery and clock, what the battery's charge means, and the heat, now and every half minute. */
export function watchGauges(told: () => Gauged | null, sysfs = "/sys/class"): Gauges {
  const looks: (BatteryReading | null)[] = [];
  const tell = () => {
    const reading = looks.at(-1) ?? null;
    const battery = reading && { percent: reading.percent, charging: reading.charging };
    told()?.gauge({ clock: clockText(new Date()), battery }, batteryCare(looks));
    told()?.warm(readHeat(join(sysfs, "thermal")));
  };
  const look = () => {
    looks.push(readBattery(join(sysfs, "power_supply")));
    looks.splice(0, looks.length - KEPT_LOOKS);
    tell();
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return { tell, close: () => clearInterval(timer) };
}
