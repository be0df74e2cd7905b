import { readBattery } from "../linux/gauges.ts";
import type { Model } from "../menu/model.ts";

const EVERY_MS = 30_000;
/** A clock before this was not set: nothing is older than the first release. */
const FIRST_RELEASE = Date.UTC(2026, 0, 1);

/** Battery and clock of this machine. The clock has no time zone this early in a boot, and says so. */
export function gaugesNow(now: Date, sysfs = "/sys/class/power_supply"): Model["gauges"] {
  const isSet = now.getTime() >= FIRST_RELEASE;
  return {
    clock: isSet ? `${now.toISOString().slice(11, 16)} UTC` : null,
    battery: readBattery(sysfs),
  };
}

/** Tells battery and clock now and every half minute, until the returned function is called. */
export function watchGauges(tell: (gauges: Model["gauges"]) => void): () => void {
  const look = () => tell(gaugesNow(new Date()));
  look();
  const timer = setInterval(look, EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
