import type { EnvLocation } from "../bytes/fw-env-config.ts";
import type { EnvFlagRule } from "../bytes/uboot-env.ts";
import { HoldfastError } from "../domain/errors.ts";
import { flashWindowAt } from "../linux/flash-window.ts";
import { openFlash } from "../linux/mtd.ts";
import type { EnvCopy } from "./uboot-env-store.ts";

/** What matters of a flash memory before an environment on it is opened. */
type FlashFacts = Pick<ReturnType<typeof openFlash>, "kind" | "eraseSize">;

/** One copy of an environment in raw flash memory: /dev/mtdN. */
export function flashCopy({ device, offset, size, sectorSize, sectors }: EnvLocation): EnvCopy {
  const room = sectorSize === null || sectors === null ? null : sectorSize * sectors;
  const name = offset === 0 ? device : `${device} at byte ${offset}`;
  const open = flashWindowAt((mode) => openFlash(device, mode), { offset, size, room });
  return { name, open, offset: 0, size, replace: null };
}

/**
 * How copies in flash memory tell which is newer, as U-Boot's tools/env/fw_env.c decides by the kind. Throws
 * `badConfig` where two copies share an erase block: writing one would erase the other.
 */
export function flashRule(locations: readonly EnvLocation[]): EnvFlagRule {
  const facts = locations.map(({ device }) => factsOf(device));
  const [first, second] = locations.map((location, index) => blocksOf(location, facts[index]));
  if (first !== undefined && second !== undefined && locations[0]?.device === locations[1]?.device) {
    if (first.start < second.end && second.start < first.end) {
      const what = `the two copies on ${locations[0]?.device} share an erase block of ${facts[0]?.eraseSize} bytes`;
      throw new HoldfastError("badConfig", what, {
        next: "give each copy erase blocks of its own, in U-Boot and in fw_env.config",
      });
    }
  }
  return facts.some(({ kind }) => kind === "nor" || kind === "dataflash") ? "boolean" : "incremental";
}

function factsOf(device: string): FlashFacts {
  const flash = openFlash(device, "read");
  flash.close();
  return flash;
}

/** The erase blocks that a copy may lie in, as bytes. */
function blocksOf({ offset, size, sectorSize, sectors }: EnvLocation, facts: FlashFacts | undefined) {
  const erase = facts?.eraseSize ?? 1;
  const room = Math.max(size, (sectorSize ?? 0) * (sectors ?? 0));
  return { start: Math.floor(offset / erase) * erase, end: Math.ceil((offset + room) / erase) * erase };
}
