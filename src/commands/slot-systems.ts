import { readImageSuperblock } from "../bytes/image-superblock.ts";
import { HoldfastError } from "../domain/errors.ts";
import { groupKey, isSlotKey, type SystemGroup } from "../domain/kept-systems.ts";
import type { Change } from "../domain/slot.ts";
import { listBlockDevices } from "../linux/block.ts";
import { partitions, type SlotRoot, type SlotsPlace } from "../roots/kinds/partitions.ts";
import { startOf } from "../roots/partition.ts";
import { type Device, openDevice } from "./device.ts";
import { lastEntered, runningFor, selectSystem } from "./kept-systems.ts";
import type { GlobalOptions } from "./options.ts";

/** The slots of a device as one group among the systems that it keeps. */
export async function slotGroup(options: GlobalOptions, device: Device): Promise<SystemGroup> {
  const place = await placeOf(device);
  const key = keyOf(device);
  const ids = partitions.list(place);
  const last = place.status.slots.findIndex(({ id }) => id === lastEntered(options));
  const running = { ...runningFor(options), lastRun: ids[last] ?? null };
  const systems = partitions
    .each(place, running)
    .map(({ id, describe }) => ({ key: `${key}:${id}`, ...describe() }));
  const named = partitions.named(place, running.commandLine ?? "");
  return {
    ...{ key, kind: "partitions", device: diskOf(device), systems },
    named: systems.find(({ id }) => id === named)?.key ?? null,
  };
}

/** The slot that a key names. Throws `usage` when there is none, as for a key of another family. */
export async function slotNamed(device: Device, key: string): Promise<string> {
  const place = await placeOf(device);
  const at = partitions.list(place).findIndex((id) => `${keyOf(device)}:${id}` === key);
  const slot = place.status.slots[at];
  if (slot !== undefined) return slot.id;
  throw noSlot(key);
}

/** The change that makes a system the default. Families without a store of this device's refuse it. */
export async function changeOf(options: GlobalOptions, key: string): Promise<Change> {
  if (!isSlotKey(key)) return selectSystem(options, key);
  const device = await openDevice(options);
  return partitions.select(await placeOf(device), idIn(device, key), runningFor(options));
}

function idIn(device: Device, key: string): string {
  const group = `${keyOf(device)}:`;
  if (key.startsWith(group)) return key.slice(group.length);
  throw noSlot(key);
}

function noSlot(key: string): HoldfastError {
  return new HoldfastError("usage", `There is no slot "${key}" on this device.`);
}

function keyOf(device: Device): string {
  return groupKey("partitions", { device: diskOf(device), options: "" });
}

/** The disk that the slots lie on; where the kernel shows none, as of an image, no name of one. */
function diskOf({ places }: Device): string {
  const nodes = places.flatMap(({ device }) => device ?? []);
  const found = listBlockDevices().find(({ device }) => nodes.includes(device));
  return found?.disk ?? "disk";
}

async function placeOf(device: Device): Promise<SlotsPlace> {
  const roots = new Map<string, SlotRoot>();
  for (const place of device.places) {
    const { fstype, releases } = await device.describe(place.id);
    if (place.device === null || fstype === null) continue;
    const { builtAt } = readImageSuperblock(fstype, startOf(place.device));
    roots.set(place.id, { releases, builtAt });
  }
  return { status: await device.status(), roots };
}
