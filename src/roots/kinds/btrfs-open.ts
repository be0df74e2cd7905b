import { join } from "node:path";
import { parseBootEntry } from "../../bytes/boot-entry.ts";
import { HoldfastError } from "../../domain/errors.ts";
import { initrdMounts } from "../../domain/initrd-mounts.ts";
import type { MountStep } from "../../domain/mount-plan.ts";
import type { OwnKernel } from "../../domain/plan.ts";
import { resolveInside } from "../resolve.ts";
import type { Place } from "./kind.ts";
import type { Snapshot } from "./snapper-snapshots.ts";
import { attempt, fstabInside, isPlainFolder, namesInside, textInside } from "./tree.ts";

/** What every snapshot is started by. */
export const INIT = "/sbin/init";

/** Left by transactional-update for the first start of a snapshot, when its /etc is merged with the last one. */
const SYNC_MARK = "etc/etc.syncpoint";

/** What keeps a snapshot from being mounted by us, as a sentence; null when nothing does. */
export function inPlaceProblem(place: Place, { id }: Snapshot): string | null {
  const system = join(place.root.tree, id);
  if (resolveInside(system, INIT) === null) return `It has no init at ${INIT}.`;
  if (resolveInside(system, SYNC_MARK) !== null) {
    return "Its own initramfs has yet to bring its /etc up to date.";
  }
  const steps = fstabSteps(place, id, "");
  if (typeof steps === "string") return steps;
  const targets = steps.flatMap((step) => ("target" in step ? [step.target] : []));
  const missing = targets.find((target) => !isPlainFolder(system, target));
  return missing === undefined ? null : `Its fstab mounts ${missing}, which is no directory of it.`;
}

/** The mounts that a snapshot's own fstab asks the initramfs for. */
function fstabSteps({ root }: Place, id: string, target: string): readonly MountStep[] | string {
  const lines = fstabInside(join(root.tree, id), "etc/fstab");
  return typeof lines === "string" ? lines : initrdMounts(lines, { device: root.device, target });
}

/**
 * The snapshot, writable until what its fstab asks for is mounted (a bind takes its source's access), then
 * read-only.
 */
export function rootSteps(place: Place, { id }: Snapshot, target: string): MountStep[] {
  const mounts = fstabSteps(place, id, target);
  if (typeof mounts === "string") throw new HoldfastError("slotFailed", `${id}: ${mounts}`);
  const { device, fstype } = place.root;
  return [
    { kind: "mount", device, target, fstype, options: `subvol=${id}`, access: "writable" },
    ...mounts,
    { kind: "protect", target },
    { kind: "need-init", root: target, init: INIT },
  ];
}

/** The kernel of the boot entry that names the snapshot, as sdbootutil writes it. */
export function ownKernel({ root, boot }: Place, { id }: Snapshot): OwnKernel | null {
  const volume = boot ?? root;
  const folder = boot === null ? "boot/loader/entries" : "loader/entries";
  for (const name of namesInside(volume.tree, folder)) {
    const text = attempt(() => textInside(volume.tree, `${folder}/${name}`));
    if (text === null) continue;
    const { options, image, initrds } = parseBootEntry(text);
    if (image === null || !options.split(/\s+/).includes(`rootflags=subvol=${id}`)) continue;
    const files = [image, ...initrds];
    if (files.some((file) => resolveInside(volume.tree, file) === null)) continue;
    const { device, fstype, options: mountOptions } = volume;
    return { device, fstype, mountOptions, verity: null, isUsr: false, linux: image, initrds, options };
  }
  return null;
}
