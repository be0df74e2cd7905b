import { isBelow } from "./state-binds.ts";

/** What people ask of a rollback first. */
const ASKED = ["/etc", "/var", "/home"] as const;

/**
 * What a change to another slot leaves alone and what changes with it, as sentences. `bound` are the places
 * that the state partition is bound to; null where the device has none, or where it cannot be read.
 */
export function staysOnState(bound: readonly string[] | null): string[] {
  if (bound === null) {
    return [
      "Whether /etc, /var and /home stay is not known: there is no state partition that could be read.",
    ];
  }
  const staying = bound.filter((place) => !bound.some((other) => other !== place && isBelow(place, other)));
  const going = ASKED.filter((place) => !staying.some((bind) => isBelow(place, bind)));
  return [
    ...(staying.length === 0
      ? []
      : [`${list(staying)} ${staying.length === 1 ? "stays as it is" : "stay as they are"}.`]),
    ...(going.length === 0 ? [] : [`${list(going)} ${going.length === 1 ? "is" : "are"} what the slot has.`]),
  ];
}

function list(places: readonly string[]): string {
  const sorted = [...places].sort();
  const last = sorted.pop() ?? "";
  return sorted.length === 0 ? last : `${sorted.join(", ")} and ${last}`;
}
