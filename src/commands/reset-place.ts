import { join } from "node:path";
import type { Config } from "../config/schema.ts";
import { HoldfastError } from "../domain/errors.ts";
import { type Partition, resolvePartition } from "../linux/block.ts";
import { findState } from "../state/place.ts";
import type { ResetPlace } from "../state/reset/site.ts";
import type { Device } from "./device.ts";
import { type GlobalOptions, runDirOf } from "./options.ts";

/** A partition of a slot, which no reset may touch. */
type SlotDevice = ResetPlace["slots"][number];

/**
 * What resets are about on this device; null when it has neither a state partition nor an encrypted root.
 * `known` are the slots' partitions besides those that the configuration names.
 */
export async function resetPlace(
  options: GlobalOptions,
  config: Config,
  known: readonly SlotDevice[],
): Promise<ResetPlace | null> {
  const { root, root_fstype, overwrite, grace } = config.reset;
  const { key_file, size_mib } = config.state.encrypted ?? {};
  const isRoot = root !== undefined;
  const state = isRoot ? null : await findState(config);
  if (!isRoot && state === null) return null;
  return {
    role: isRoot ? "root" : "state",
    ref: root ?? config.state.device ?? `PARTLABEL=${state?.label}`,
    find: () => (isRoot ? resolvePartition(root) : foundState(config)),
    fstype: isRoot ? root_fstype : config.state.fstype,
    mountPoint: isRoot ? null : join(options.root, "state"),
    workFolder: runDirOf(options),
    directories: config.state.directories,
    remakesEncrypted: key_file !== undefined && size_mib !== undefined,
    overwrite,
    grace,
    slots: [...known, ...(await configuredSlots(config))],
  };
}

async function foundState(config: Config): Promise<Partition> {
  const found = await findState(config);
  if (found !== null) return found;
  throw new HoldfastError("noDevice", "The state partition is gone.");
}

/** The same where a device without a target of resets is an error. */
export async function neededResetPlace(...facts: Parameters<typeof resetPlace>): Promise<ResetPlace> {
  const place = await resetPlace(...facts);
  if (place !== null) return place;
  throw new HoldfastError("refused", "This device has no state partition that could be reset.", {
    next: "Name it in the configuration: [state] device = …",
  });
}

/** The partitions of a device's slots, as far as they have nodes. */
export function slotsOf(device: Device | null): SlotDevice[] {
  const places = device?.places ?? [];
  return places.flatMap(({ id, device: node }) => (node === null ? [] : [{ id, device: node }]));
}

/** The partitions of the slots that the configuration names, as far as they are there. */
export async function configuredSlots({ slot }: Config): Promise<SlotDevice[]> {
  const found: SlotDevice[] = [];
  for (const { id, root, store } of slot) {
    for (const ref of store === undefined ? [root] : [root, store]) {
      // A slot that is not there cannot be the target either.
      const partition = await resolvePartition(ref).catch(() => null);
      if (partition?.device != null) found.push({ id, device: partition.device });
    }
  }
  return found;
}
