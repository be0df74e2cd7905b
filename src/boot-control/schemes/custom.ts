import { HoldfastError } from "../../domain/errors.ts";
import { discoverTwins } from "../discover.ts";
import { entriesOf } from "../evidence.ts";
import { outsideOfDisk } from "../places.ts";
import type { OpenContext, OpenedScheme, Scheme } from "../scheme.ts";

/** A script of the integrator: never discovered, as only a configuration can name it. */
export const customScheme: Scheme = {
  name: "custom",
  zeroNeverBoots: false,
  needsDisk: false,
  detect: () => [],
  discover: (disk) => discoverTwins(entriesOf(disk)),
  fits: () => false,
  open,
};

async function open({ config, slots, booted, machine }: OpenContext): Promise<OpenedScheme> {
  if (machine === null) throw outsideOfDisk("custom");
  if (config.custom === undefined) {
    throw new HoldfastError("badConfig", "the scheme custom needs the script: [custom] script is missing");
  }
  const { openCustom } = await import("../custom.ts");
  const control = await openCustom(config.custom, {
    slots: slots.map((slot) => slot.place.id),
    counting: config.boot.counting === "bootloader" ? "bootloader" : "holdfast",
    freshTries: config.boot.tries,
    booted,
  });
  return { control, bootedByBootloader: null };
}
