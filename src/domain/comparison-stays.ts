import { isBelow } from "./state-binds.ts";
import type { SystemKind } from "./system.ts";

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

/** By family: what goes back to what the other system has, and what stays as it is. */
const IN_FAMILY: Readonly<Record<SystemKind, readonly string[]>> = {
  partitions: ["What the state partition is bound to stays as it is.", "All the rest is what the slot has."],
  ostree: [
    "/var and /home stay as they are.",
    "/etc is that of the deployment: what was changed there since it was made is in the newer one only.",
  ],
  "btrfs-snapshot": [
    "/var and /home stay as they are, where they are subvolumes of their own, as is usual.",
    "/etc goes back to that of the snapshot.",
  ],
  nixos: [
    "/var and /home stay as they are.",
    "What NixOS makes in /etc goes back with the generation; what was written there by hand stays.",
  ],
  guix: [
    "/var and /home stay as they are.",
    "What Guix makes in /etc goes back with the generation; what was written there by hand stays.",
  ],
  abroot: [
    "/var and /home stay as they are.",
    "/etc is that of the root: each of the two has its own changes to it.",
  ],
  alpine: [
    "What lbu saves goes back with the overlay: /etc and what else it was told to save.",
    "All the rest is in memory and is made anew at each start; other disks stay as they are.",
  ],
  steamos: [
    "/home stays as it is.",
    "Each image has a /var of its own, in which its changes to /etc lie, too.",
  ],
};

/** What a change to another system of a family leaves alone and what changes with it, as sentences. */
export function staysInFamily(kind: SystemKind): readonly string[] {
  return IN_FAMILY[kind];
}

function list(places: readonly string[]): string {
  const sorted = [...places].sort();
  const last = sorted.pop() ?? "";
  return sorted.length === 0 ? last : `${sorted.join(", ")} and ${last}`;
}
