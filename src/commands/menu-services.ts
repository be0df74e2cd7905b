import type { Comparison } from "../domain/comparison.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import type { Services } from "../menu/services.ts";
import type { Offered } from "../session/ask.ts";
import { History } from "../state/history.ts";
import { bootServices } from "./boot-services.ts";
import { historyDirOf } from "./boot-state.ts";
import type { compareKept as compareSystems } from "./compare-systems.ts";
import type { Device } from "./device.ts";
import { rememberDisplay } from "./menu-display.ts";
import type { GlobalOptions } from "./options.ts";
import { resetServices } from "./reset-services.ts";
import { stateServices } from "./state-services.ts";

type DeveloperServices = Pick<Services, "developer" | "changeDeveloper" | "extensions" | "leaveOut">;

/** Loaded when a screen asks for it: most menus are left without. */
function developerServices(options: GlobalOptions, device: Device): DeveloperServices {
  const service = async () => {
    const { DeveloperService } = await import("./developer-service.ts");
    return new DeveloperService(options, device, async (chosen) => {
      const { wipeForDevelopers } = await import("./developer-wipe.ts");
      return wipeForDevelopers(options, device, chosen);
    });
  };
  return {
    developer: async () => (await service()).state(),
    changeDeveloper: async (change, from) => (await service()).change(change, from),
    extensions: async (slot) => (await service()).extensions(slot),
    leaveOut: async (slot, extension, out, from) => (await service()).leaveOut(slot, extension, out, from),
  };
}

/** Systems of other families are there without any slot, too. */
function systemServices(options: GlobalOptions, device: Device | null): Pick<Offered, "systems" | "compare"> {
  if (options.root !== "/") return {};
  return {
    async systems() {
      const { keptSystems } = await import("./kept-systems.ts");
      return keptSystems(options, device);
    },
    compare: async (left, right) => compareKept(options, device, left, right),
  };
}

async function compareKept(...words: Parameters<typeof compareSystems>): Promise<Comparison> {
  const { compareKept: compare } = await import("./compare-systems.ts");
  return compare(...words);
}

/** What the menu can ask of this device. Without slots there still are its storage and its logs. */
export function menuServices(options: GlobalOptions, device: Device | null, commandLine: string): Offered {
  const shared: Offered = {
    ...stateServices(options),
    ...resetServices(options, device),
    ...systemServices(options, device),
    remember: (display) => rememberDisplay(display, historyDirOf(options)),
    lastGoodStarts: async () => lastGoodStarts(new History(historyDirOf(options))),
  };
  if (device === null) return shared;
  return {
    ...shared,
    ...developerServices(options, device),
    ...bootServices(device, { root: options.root, commandLine }),
    async compare(left, right) {
      if (isSystemKey(left)) return compareKept(options, device, left, right);
      const { compareSlots } = await import("./compare.ts");
      return compareSlots(options, device, left, right);
    },
  };
}

/** By slot, when its system was last marked good. Later lines are later in time. */
function lastGoodStarts(history: History): Record<string, string> {
  const good = history.events().filter(({ event }) => event === "mark-good");
  return Object.fromEntries(good.flatMap(({ slot, time }) => (slot === null ? [] : [[slot, time]])));
}
