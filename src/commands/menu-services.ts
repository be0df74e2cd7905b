import type { Comparison } from "../domain/comparison.ts";
import { isSystemKey } from "../domain/kept-systems.ts";
import type { Reason } from "../domain/plan.ts";
import type { Services } from "../menu/services.ts";
import { looksEnded } from "../roots/look-turns.ts";
import type { Offered } from "../session/ask.ts";
import { History } from "../state/history.ts";
import { bootServices } from "./boot-services.ts";
import { historyDirOf, isBooting } from "./boot-state.ts";
import type { compareKept as compareSystems } from "./compare-systems.ts";
import type { Device } from "./device.ts";
import { rememberDisplay } from "./menu-display.ts";
import type { MenuUsb } from "./menu-usb.ts";
import type { GlobalOptions } from "./options.ts";
import { type ResetServices, resetServices } from "./reset-services.ts";
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
  const extensions = async () => {
    const { SlotExtensions } = await import("./slot-extensions.ts");
    return new SlotExtensions(options, device);
  };
  return {
    developer: async () => (await service()).state(),
    changeDeveloper: async (change, from) => (await service()).change(change, from),
    extensions: async (slot) => (await extensions()).list(slot),
    leaveOut: async (slot, extension, out, from) => (await extensions()).leaveOut(slot, extension, out, from),
  };
}

/**
 * Systems of other families are there without any slot, too. Only a boot looks for them unasked: a running system's
 * other disks are not a menu's to mount.
 */
function systemServices(options: GlobalOptions, device: Device | null): Pick<Offered, "systems" | "compare"> {
  if (!isBooting(options)) return {};
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

/** What the services of a menu depend on besides the device. */
export interface MenuFacts {
  readonly commandLine: string;
  /** The bad configuration, behind which nothing is written; null for a good one. */
  readonly readOnly: Reason | null;
  /** Null where the USB port is not the menu's. */
  readonly usb: MenuUsb | null;
}

/** What the menu can ask of this device. Without slots there still are its storage and its logs. */
export function menuServices(
  options: GlobalOptions,
  device: Device | null,
  { commandLine, readOnly, usb }: MenuFacts,
): Offered {
  const shared: Offered = {
    ...stateServices(options),
    ...withoutGivenAway(resetServices(options, device), usb),
    ...systemServices(options, device),
    ...usb?.services(device),
    ...(readOnly === null && remembering(options)),
    lastGoodStarts: async () => lastGoodStarts(new History(historyDirOf(options))),
  };
  if (device === null) return afterLooks(shared);
  return afterLooks({
    ...shared,
    ...developerServices(options, device),
    ...bootServices(device, { root: options.root, commandLine }),
    async compare(left, right) {
      if (isSystemKey(left)) return compareKept(options, device, left, right);
      const { compareSlots } = await import("./compare.ts");
      return compareSlots(options, device, left, right);
    },
  });
}

/** The services that may mount, unmount or format wait until no look at the disks has anything mounted. */
function afterLooks({ systems, compare, ...others }: Offered): Offered {
  const waiting = Object.entries(others).map(([name, service]) => [
    name,
    async (...words: readonly never[]) => {
      await looksEnded();
      return Reflect.apply(service, others, words);
    },
  ]);
  return { ...Object.fromEntries(waiting), ...(systems && { systems }), ...(compare && { compare }) };
}

/** Nothing is erased under a computer that has a partition of this device. */
function withoutGivenAway(services: ResetServices, usb: MenuUsb | null): ResetServices {
  return {
    ...services,
    async reset(...asked) {
      usb?.refuseWhileGivenAway();
      return services.reset(...asked);
    },
  };
}

function remembering(options: GlobalOptions): Pick<Services, "remember"> {
  return { remember: (display) => rememberDisplay(display, historyDirOf(options)) };
}

/** By slot, when its system was last marked good. Later lines are later in time. */
function lastGoodStarts(history: History): Record<string, string> {
  const good = history.events().filter(({ event }) => event === "mark-good");
  return Object.fromEntries(good.flatMap(({ slot, time }) => (slot === null ? [] : [[slot, time]])));
}
