import { existsSync } from "node:fs";
import { HoldfastError } from "../domain/errors.ts";
import type { RootMount } from "../domain/plan.ts";
import { closeLuks, isLuks, openLuks, opensWithoutPassphrase } from "../linux/luks.ts";
import { fileSystemOf } from "./partition.ts";

/** The name that systemd gives an encrypted root (systemd-gpt-auto-generator(8)): the running system knows it by that. */
const NAME = "root";
const MAPPED = `/dev/mapper/${NAME}`;

/** By device: to derive a key may take seconds, and every slot has the same root around its /usr. */
const opensWithNothing = new Map<string, Promise<boolean>>();

/**
 * Whether a device is a LUKS volume that opens with an empty passphrase, as a system has it whose owner has set none.
 * @throws HoldfastError `refused` for one that needs a passphrase, or cannot be tried.
 */
export async function isOpenToAll(device: string): Promise<boolean> {
  if (!isLuks(device)) return false;
  const known = opensWithNothing.get(device) ?? opensWithoutPassphrase(device);
  opensWithNothing.set(device, known);
  if (await known) return true;
  const what = `${device}, the root around its /usr, is encrypted, and an empty passphrase does not open it.`;
  throw new HoldfastError("refused", what, {
    next: "The initramfs needs cryptsetup; a volume with its owner's passphrase is for the system to open.",
  });
}

/** Opens an encrypted root: the same one as it is mounted then, by the open volume. */
export async function openBase(root: RootMount): Promise<RootMount> {
  // An earlier attempt of this boot may have been cut short.
  if (!existsSync(MAPPED)) await openLuks(root.device, NAME);
  const fstype = fileSystemOf(MAPPED);
  if (fstype !== null) return { ...root, device: MAPPED, fstype };
  await closeLuks(NAME);
  throw new HoldfastError("slotFailed", `${root.device} was opened, but holds no file system that is known.`);
}

/** Closes what `openBase` opened; what cannot be closed is there for the next slot. */
export async function closeBase(): Promise<void> {
  if (existsSync(MAPPED)) await closeLuks(NAME).catch(() => {});
}
