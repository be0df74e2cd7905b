import type { Comparison } from "../domain/comparison.ts";
import { staysInFamily } from "../domain/comparison-stays.ts";
import { HoldfastError } from "../domain/errors.ts";
import type { SystemKind } from "../domain/system.ts";
import { compareSystems, readKeptSystem, type SystemFacts } from "../roots/compare.ts";
import { withKept } from "../roots/kept-systems.ts";
import type { Device } from "./device.ts";
import { runningFor, searchFor } from "./kept-systems.ts";
import type { GlobalOptions } from "./options.ts";

/**
 * What differs between two systems of one family, by their keys.
 * @throws HoldfastError `usage` for systems of two families: what stays and what goes back cannot be said of them.
 */
export async function compareKept(
  options: GlobalOptions,
  device: Device | null,
  left: string,
  right: string,
): Promise<Comparison> {
  const before = await factsOf(options, device, left);
  const after = await factsOf(options, device, right);
  if (before.kind !== after.kind) {
    throw new HoldfastError("usage", `${left} and ${right} are of two families.`, {
      next: "Name two systems of one family.",
    });
  }
  return compareSystems(before.facts, after.facts, staysInFamily(before.kind));
}

function factsOf(
  options: GlobalOptions,
  device: Device | null,
  key: string,
): Promise<{ readonly kind: SystemKind; readonly facts: SystemFacts }> {
  return withKept(searchFor(options, device), runningFor(options), key, async ({ kind, place, system }) => ({
    kind: kind.name,
    facts: await readKeptSystem(key, system, {
      listed: kind.packagesOf(place, system.id),
      tree: kind.treeOf(place, system.id),
    }),
  }));
}
