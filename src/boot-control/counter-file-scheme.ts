import { namedByFirmware } from "./chromeos-scheme.ts";
import { discoverKernels } from "./discover.ts";
import { entriesOf } from "./evidence.ts";
import type { Scheme } from "./scheme.ts";

/** A file of ours: never discovered, and right for every table of slots that no bootloader knows of. */
export const counterFileScheme: Scheme = {
  name: "counter-file",
  zeroNeverBoots: false,
  needsDisk: false,
  detect: () => [],
  discover: (disk) => discoverKernels(entriesOf(disk)),
  fits: () => true,
  async open({ config, slots, evidence, booted }) {
    const { CounterFile } = await import("./counter-file.ts");
    const control = new CounterFile(config.boot.counter_file, {
      slots: slots.map((slot) => slot.place.id),
      freshTries: config.boot.tries,
      booted: booted ?? namedByFirmware(slots, evidence.commandLine),
    });
    return { control, bootedByBootloader: null };
  },
};
