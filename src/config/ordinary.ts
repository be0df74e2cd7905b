import { atPlace } from "./explain.ts";
import type { Layer } from "./layers.ts";
import type { Config } from "./schema.ts";

/**
 * Sentences about what a start without Holdfast needs (boot.ordinary = "generator") and this configuration has not:
 * a shell looks at it, and the root that is entered is not Holdfast's to prove.
 */
export function ordinaryFaults({ boot, slot, state, policy }: Config, layers: readonly Layer[]): string[] {
  if (boot.ordinary !== "generator") return [];
  const fault = (path: readonly string[], what: string) =>
    atPlace(layers, path, `boot.ordinary is "generator", but ${what}`);
  const faults: string[] = [];
  if (boot.counting !== "bootloader")
    faults.push(
      fault(["boot", "counting"], 'boot.counting is not "bootloader": nobody would count the tries'),
    );
  if (slot.length === 0)
    faults.push(fault(["boot", "ordinary"], "there is no [[slot]] to know the started one by"));
  if (state.device === undefined || state.device.startsWith("PARTTYPE="))
    faults.push(
      fault(
        ["state", "device"],
        "state.device is not a path, PARTLABEL= or PARTUUID=: what waits there is looked for by it",
      ),
    );
  if (policy.signature === "required" || slot.some(({ root_hash }) => root_hash !== undefined))
    faults.push(
      fault(
        ["boot", "ordinary"],
        "the images are proved (slot.root_hash, policy.signature), by Holdfast alone",
      ),
    );
  return faults;
}
