/** Where a restart can lead; `system` is the slot that starts next. */
export const RESTART_TARGETS = ["system", "firmware", "bootloader", "fastboot", "recovery", "edl"] as const;
export type RestartTarget = (typeof RESTART_TARGETS)[number];

/** A restart that this device can make. */
export interface RestartChoice {
  readonly target: RestartTarget;
  /** What on this device speaks for it, as a phrase; null for `system`, which needs no proof. */
  readonly evidence: string | null;
}
