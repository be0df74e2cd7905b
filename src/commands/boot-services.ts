import type { Services } from "../menu/services.ts";
import type { Device } from "./device.ts";
import { restartChoices } from "./restarts.ts";

/** What the menu asks of slots, partition tables and restarts. */
export type BootServices = Pick<Services, "apply" | "repairs" | "repair" | "restartTargets">;

/** The services of an opened device. `machine` says where its /sys and its kernel command line are. */
export function bootServices(
  device: Device,
  machine: { readonly root: string; readonly commandLine: string },
): BootServices {
  return {
    apply: (change, from) => device.apply(change, from),
    repairs: () => device.repairs(),
    async repair(from) {
      const done = await device.repair(from);
      return { done, status: await device.status() };
    },
    restartTargets: () => restartChoices({ ...machine, config: device.config }),
  };
}
