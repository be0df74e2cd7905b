import { knownContent } from "../bytes/known-content.ts";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import {
  changedOffer,
  type UsbChange,
  type UsbPartition,
  type UsbRefusal,
  type UsbState,
} from "../domain/usb.ts";
import { readRefusal, writeRefusal } from "../domain/usb-refusal.ts";
import { type BlockDevice, listBlockDevices } from "../linux/block.ts";
import { blockFacts } from "../linux/block-facts.ts";
import { openDisk, withDisk } from "../linux/disk.ts";
import { readGptTable } from "../linux/gpt-table.ts";
import { mountedDevices } from "../linux/mount-table.ts";
import { startOf } from "../state/place.ts";
import type { Device } from "./device.ts";
import { configuredSlots, slotsOf } from "./reset-place.ts";
import type { UsbPort } from "./usb-port.ts";

/** What the menu asks about the USB port; see `Services`. */
export interface UsbServices {
  usb(): Promise<UsbState>;
  changeUsb(change: UsbChange): Promise<UsbState>;
}

/** The USB port of a machine whose slots are known; `device` is null where they are not. */
export function usbServices(config: Config, device: Device | null, port: UsbPort): UsbServices {
  const shell = device?.developerFlag().flag?.features.includes("shell") ?? false;
  const refusal: UsbState["refusal"] = {
    network: config.policy.usb_network ? null : "policy",
    shell: config.policy.shell || shell ? null : "policy",
  };
  const state = async (): Promise<UsbState> => {
    const { controller, offer } = port;
    return { controller, offer, refusal, partitions: await partitions(config, device) };
  };
  return {
    usb: state,
    async changeUsb(change) {
      const why = refusalOf(change, await state());
      if (why !== null) throw new HoldfastError("refused", `This cannot be offered at the USB port: ${why}.`);
      await port.change(changedOffer(port.offer, change));
      return state();
    },
  };
}

/** Why a change is refused now, whatever a screen showed before. */
function refusalOf(change: UsbChange, { partitions, refusal }: UsbState): UsbRefusal | "gone" | null {
  if (change.kind === "network" || change.kind === "shell") return change.on ? refusal[change.kind] : null;
  if (change.kind === "take-back") return null;
  const found = partitions.find(({ device }) => device === change.device);
  if (found === undefined) return "gone";
  return change.writable ? found.refusal.readWrite : found.refusal.readOnly;
}

async function partitions(config: Config, device: Device | null): Promise<UsbPartition[]> {
  const all = listBlockDevices();
  // A whole disk only where it has no partitions.
  const divided = new Set(all.flatMap(({ entry, disk }) => (entry === null ? [] : [disk])));
  const leaves = all.filter(({ entry, disk }) => entry !== null || !divided.has(disk));
  const types = await typesOf([...divided]);
  const slots = new Set([...slotsOf(device), ...(await configuredSlots(config))].map((slot) => slot.device));
  const mounted = mountedDevices();
  return leaves.map((leaf) => {
    const { readOnly, swap } = blockFacts(leaf.device, leaf.disk);
    const content = contentOf(leaf);
    const facts = {
      policy: config.policy.usb_storage,
      label: leaf.label,
      type: types.get(`${leaf.disk} ${leaf.entry}`) ?? null,
      content,
      pluggedIn: leaf.attached !== "internal",
      readOnly,
      mounted: mounted.has(leaf.device) || mounted.has(leaf.number),
      held: leaf.held || swap,
      slot: slots.has(leaf.device),
    };
    return {
      device: leaf.device,
      label: leaf.label,
      bytes: leaf.sizeBytes,
      content,
      refusal: { readOnly: readRefusal(facts), readWrite: writeRefusal(facts) },
    };
  });
}

/** Type GUIDs by disk and number; a disk whose table cannot be believed has none. */
async function typesOf(disks: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const disk of disks) {
    try {
      const { truth } = await withDisk((mode) => openDisk(disk, mode), "read", readGptTable);
      for (const { number, type } of truth.entries) found.set(`${disk} ${number}`, type.toLowerCase());
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
    }
  }
  return found;
}

/** Null for a device that was pulled out, or cannot be read. */
function contentOf({ device }: BlockDevice): string | null {
  try {
    return knownContent(startOf(device));
  } catch {
    return null;
  }
}
