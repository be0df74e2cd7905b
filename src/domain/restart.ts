import type { BootRequest } from "./boot-request.ts";

/** Where a restart can lead; `system` is the slot that starts next. */
export const RESTART_TARGETS = ["system", "firmware", "bootloader", "fastboot", "recovery", "edl"] as const;
export type RestartTarget = (typeof RESTART_TARGETS)[number];

/** A restart that this device can make. */
export interface RestartChoice {
  readonly target: RestartTarget;
  /** What on this device speaks for it, as a phrase; null for `system`, which needs no proof. */
  readonly evidence: string | null;
}

/** A word that the kernel hands to the firmware with a restart, and the device node that knows it. */
export interface RebootMode {
  readonly word: string;
  readonly node: string;
}

/** What a device shows about its restarts. */
export interface RestartFacts {
  readonly modes: readonly RebootMode[];
  /** Whether the firmware says that it takes the wish for its setup (OsIndicationsSupported). */
  readonly firmwareSetup: boolean;
  /** Whether there is a bootloader's message that can be read, and a bootloader that looks at it. */
  readonly message: boolean;
  /** Whether a partition holds a recovery of its own, which alone has fastboot. */
  readonly recoveryPartition: boolean;
}

/** How a restart is made: what is left for the next start, and the word for the kernel. */
export type RestartWay = RestartChoice &
  (
    | { readonly by: "plain" }
    | { readonly by: "reboot-mode"; readonly word: string }
    | { readonly by: "efi" }
    | { readonly by: "message"; readonly request: BootRequest }
  );

/**
 * Words of the restart drivers (kernel, Documentation/devicetree/bindings/power/reset) by what they lead to.
 * Rockchip's "loader" is its maskrom's loader mode, and no bootloader that a person could use.
 */
const WORDS: Readonly<Partial<Record<RestartTarget, readonly string[]>>> = {
  bootloader: ["bootloader"],
  fastboot: ["fastboot"],
  recovery: ["recovery"],
  edl: ["edl", "emergency"],
};

const REQUESTS: Readonly<Partial<Record<RestartTarget, BootRequest>>> = {
  bootloader: { kind: "bootloader" },
  fastboot: { kind: "fastboot" },
  recovery: { kind: "recovery", options: [] },
};

/** Every restart that this device can make, in the order of the targets; `system` is always one. */
export function restartWays(facts: RestartFacts): readonly RestartWay[] {
  return RESTART_TARGETS.flatMap((target) => wayTo(target, facts) ?? []);
}

/** The word for the kernel comes first: it leaves nothing behind on the medium when power is lost. */
function wayTo(target: RestartTarget, facts: RestartFacts): RestartWay | null {
  if (target === "system") return { target, by: "plain", evidence: null };
  if (target === "firmware") {
    const evidence = "OsIndicationsSupported of the firmware";
    return facts.firmwareSetup ? { target, by: "efi", evidence } : null;
  }
  const mode = facts.modes.find(({ word }) => WORDS[target]?.includes(word));
  if (mode !== undefined) {
    return { target, by: "reboot-mode", word: mode.word, evidence: `mode-${mode.word} of ${mode.node}` };
  }
  const request = REQUESTS[target];
  const reads = facts.message && (target !== "fastboot" || facts.recoveryPartition);
  if (!reads || request === undefined) return null;
  return { target, by: "message", request, evidence: "the bootloader's message in misc" };
}
