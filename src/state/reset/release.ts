import { join } from "node:path";
import { HoldfastError, messageOf } from "../../domain/errors.ts";
import { ENCRYPTED_IMAGE } from "../../domain/state-layout.ts";
import { mappingsOf } from "../../linux/block-facts.ts";
import { detachLoop } from "../../linux/loop.ts";
import { closeLuks } from "../../linux/luks.ts";
import { mountsOf } from "../../linux/mount-table.ts";
import { unmount } from "../../linux/syscalls.ts";
import type { ResetSite } from "./site.ts";

/**
 * Closes the encrypted volume and unmounts the state partition, so that nobody but us has it. Throws `refused`
 * when something still uses it.
 */
export async function release(site: ResetSite): Promise<void> {
  if (site.mountedAt !== null) {
    await closeEncrypted(site.mountedAt);
    undo(site.mountedAt);
  }
  const left = mountsOf(site.target.deviceNumber);
  if (left.length === 0) return;
  throw inUse(site.target.device, `it is mounted on ${left.map((line) => line.target).join(", ")}`);
}

/** Closes everything that is open of encrypted.img: an open mapping would go on working without its keys. */
export async function closeEncrypted(state: string): Promise<void> {
  for (const mapping of mappingsOf(join(state, ENCRYPTED_IMAGE))) {
    for (const line of mountsOf(mapping.number).reverse()) undo(line.target);
    if (mapping.name !== null) await closeLuks(mapping.name);
    detachLoop(mapping.loop);
  }
}

function undo(target: string): void {
  try {
    unmount(target);
  } catch (error) {
    throw inUse(target, messageOf(error));
  }
}

function inUse(what: string, why: string): HoldfastError {
  return new HoldfastError("refused", `${what} is in use, so it was not reset: ${why}.`, {
    next: "Ask for the reset at the next start: holdfast reset --next-boot.",
  });
}
