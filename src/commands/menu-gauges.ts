import { type BatteryCare, type BatteryReading, batteryCare } from "../domain/battery.ts";
import { readBattery } from "../linux/gauges.ts";
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

/**
 * Tells battery and clock, and what the battery's charge means, now and every half minute until the returned function
 * is called.
 */
export function watchGauges(
  tell: (gauges: Model["gauges"], care: BatteryCare) => void,
  sysfs = "/sys/class/power_supply",
): () => void {
  const looks: (BatteryReading | null)[] = [];
  const look = () => {
    const reading = readBattery(sysfs);
    looks.push(reading);
    looks.splice(0, looks.length - KEPT_LOOKS);
    const battery = reading && { percent: reading.percent, charging: reading.charging };
    tell({ clock: clockText(new Date()), battery }, batteryCare(looks));
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
