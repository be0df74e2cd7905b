import { HoldfastError } from "../../domain/errors.ts";
import type { Slot } from "../../domain/slot.ts";
import type { DeviceStatus } from "../../domain/status.ts";
import { type Always, isoDate, type Running, ranLast, type System } from "../../domain/system.ts";
import type { Kind, SlotStart } from "./kind.ts";

/** The slots of a device, which are partitions, with what was read of each: there is no file system to look through. */
export interface SlotsPlace {
  readonly status: DeviceStatus;
  /** By slot; missing where its root could not be looked into. */
  readonly roots: ReadonlyMap<string, SlotRoot>;
}

/** What the root of a slot says besides its status. */
export interface SlotRoot {
  /** Releases of the kernels that it has modules for. */
  readonly releases: readonly string[];
  /** Seconds since 1970 in its superblock; null where it has none. */
  readonly builtAt: number | null;
}

/**
 * Root and /usr on partitions of their own, two or three or one of them, found and counted by boot-control. Whether
 * one can be entered was asked when its root was looked into; the default is changed in the store of the device.
 */
export const partitions: Kind<SlotsPlace, SlotStart> = {
  name: "partitions",
  list: ({ status }) => status.slots.map(idOf),
  each: (place, running) =>
    place.status.slots.map((slot) => ({ id: idOf(slot), describe: () => describe(place, slot, running) })),
  describe: (place, id, running) => describe(place, slotOf(place, id), running),
  treeOf: () => null,
  packagesOf: () => null,
  named({ status: { booted, slots } }) {
    const slot = slots.find(({ id }) => id === booted?.slot);
    return slot === undefined || booted?.certain !== true ? null : idOf(slot);
  },
  select(place, id) {
    const slot = slotOf(place, id);
    const { command, reason } = alwaysOf(place, slot);
    if (command !== null || slot.id === place.status.default) {
      return { kind: "select", slot: slot.id, once: false };
    }
    throw new HoldfastError("refused", `${id}: ${reason}`);
  },
  open(place, id) {
    const { entry, entryReason, id: slot } = slotOf(place, id);
    if (entry !== null) return { entry, slot };
    throw new HoldfastError("slotFailed", `${id}: ${entryReason ?? NOWHERE}`);
  },
};

const NOWHERE = "It cannot be entered from here.";

/** The slot, and what its root is now: letters stay when what lies in them is replaced. */
function idOf({ id, identity }: Slot): string {
  return identity === null ? id : `${id}=${identity}`;
}

function slotOf({ status }: SlotsPlace, id: string): Slot {
  const found = status.slots.find((slot) => idOf(slot) === id);
  if (found !== undefined) return found;
  throw new HoldfastError("usage", `There is no slot ${id} here.`);
}

function describe(place: SlotsPlace, slot: Slot, running: Running): System {
  const { status, roots } = place;
  const { health, triesLeft, triesDone, entry, entryReason, label, os, device } = slot;
  const { releases, builtAt } = roots.get(slot.id) ?? { releases: [], builtAt: null };
  return {
    kind: "partitions",
    id: idOf(slot),
    title: os === null ? label : `${label} (${os.name})`,
    version: os?.version ?? null,
    date: isoDate(builtAt),
    kernel: { releases, isRunning: releases.length === 0 ? null : releases.includes(running.kernel) },
    health: { state: health, triesLeft, triesDone, evidence: [evidenceOf(status, slot)] },
    flags: {
      default: status.default === slot.id,
      lastRun: ranLast(idOf(slot), running),
      pinned: null,
      staged: false,
      incomplete: health === "empty" || device === null,
      identicalTo: [],
    },
    once: { entry, reason: entry === "switch-root" ? null : (entryReason ?? NOWHERE) },
    always: alwaysOf(place, slot),
    warnings: [
      ...(status.booted?.slot === slot.id && !status.booted.certain
        ? ["It is taken for the running one by a guess."]
        : []),
      ...(status.once === slot.id ? ["It is chosen for the next start only."] : []),
    ],
  };
}

/** What the store says of a slot, in its own numbers. */
function evidenceOf({ scheme }: DeviceStatus, { priority, triesLeft, triesDone, successful }: Slot): string {
  const numbers = [
    priority === null ? null : `priority ${priority}`,
    triesLeft === null ? null : `tries left ${triesLeft}`,
    triesDone === null ? null : `tries done ${triesDone}`,
    successful === null ? null : successful ? "confirmed" : "not confirmed",
  ].filter((number) => number !== null);
  return numbers.length === 0
    ? `The store ${scheme} says nothing of it.`
    : `The store ${scheme} says: ${numbers.join(", ")}.`;
}

function alwaysOf({ status: { scheme, capabilities, default: standard } }: SlotsPlace, slot: Slot): Always {
  if (slot.id === standard) return { command: null, reason: "It is the default." };
  if (!capabilities.includes("select")) {
    return { command: null, reason: `A default cannot be written to the store ${scheme}.` };
  }
  return { command: `holdfast select ${slot.id}`, reason: null };
}
