/** Where a restart can lead, besides the slot that starts next. */
export const RESTART_TARGETS = ["system", "firmware", "bootloader", "fastboot", "recovery", "edl"] as const;
export type RestartTarget = (typeof RESTART_TARGETS)[number];
