import { MISC_MAP } from "../bytes/android-misc.ts";
import { decodeVirtualAb, NO_UPDATE, VIRTUAL_AB_SIZE, type VirtualAb } from "../bytes/virtual-ab.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { Disk } from "../linux/disk.ts";
import type { AndroidMiscSlot, MiscPlace } from "./misc-place.ts";

/** Reads what the misc partition says of an update in snapshots; a small partition has no room for it. */
export async function readUpdate(disk: Disk, { base, size }: MiscPlace): Promise<VirtualAb> {
  if (size < MISC_MAP.virtualAb + VIRTUAL_AB_SIZE) return NO_UPDATE;
  return decodeVirtualAb(await disk.read(base + MISC_MAP.virtualAb, VIRTUAL_AB_SIZE));
}

/** Throws `refused` while the data of the slot that is left would still be needed. */
export function refuseWhileMerging({ status }: VirtualAb): void {
  if (status !== "merging") return;
  const what = "an Android update is being merged into this system; a switch now loses data";
  throw new HoldfastError("refused", what, {
    next: "start the slot that runs until the merge is complete, then choose again",
  });
}

/** Warnings of an update in snapshots; one counts only while another slot runs than it was made from. */
export function updateProblems(
  { status, source }: VirtualAb,
  slots: readonly AndroidMiscSlot[],
  booted: string | null,
): string[] {
  if (status === "merging") {
    return ["an Android update is being merged: do not switch slots and do not reset before it is complete"];
  }
  const from = slots.find(({ index }) => index === source)?.id ?? null;
  if (status === "none" || (from !== null && from === booted)) return [];
  const where = from === null ? "the other slot" : `slot ${from}`;
  return [`an Android update waits to be merged: going back to ${where} cancels it`];
}
