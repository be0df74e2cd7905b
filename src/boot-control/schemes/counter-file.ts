import { discoverKernels, discoverTwins, discoverVersions } from "../discover.ts";
import { entriesOf } from "../evidence.ts";
import type { Scheme } from "../scheme.ts";
import { namedByFirmware } from "./chromeos-gpt.ts";

/** A file of ours: never discovered, and right for every table of slots that no bootloader knows of. */
export const counterFileScheme: Scheme = {
  name: "counter-file",
  zeroNeverBoots: false,
  needsDisk: false,
  detect: () => [],
  discover(disk) {
    const kernels = discoverKernels(entriesOf(disk));
    const twins = kernels.length > 0 ? kernels : discoverTwins(entriesOf(disk));
    return twins.length > 0 ? twins : discoverVersions(entriesOf(disk));
  },
  fits: () => true,
  async open({ config, slots, evidence, booted }) {
    const { CounterFile } = await import("../counter-file.ts");
    const control = new CounterFile(config.boot.counter_file, {
      slots: slots.map((slot) => slot.place.id),
      freshTries: config.boot.tries,
      booted: booted ?? namedByFirmware(slots, evidence.words),
    });
    return { control, bootedByBootloader: null };
  },
};
