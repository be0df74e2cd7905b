/** Counters of one slot in Android's misc partition, whichever of the two formats carries them. */
export interface MiscSlot {
  /** 0 to 15. */
  readonly priority: number;
  /** Tries left, 0 to 7. */
  readonly tries: number;
  readonly successful: boolean;
  /** dm-verity found it corrupted; always false where the format has no such bit. */
  readonly corrupted: boolean;
}

export const MISC_MAX_PRIORITY = 15;
export const MISC_MAX_TRIES = 7;

/** Throws RangeError for counters that do not fit. */
export function checkMiscSlot({ priority, tries }: MiscSlot): void {
  const fits = (value: number, max: number) => Number.isInteger(value) && value >= 0 && value <= max;
  if (fits(priority, MISC_MAX_PRIORITY) && fits(tries, MISC_MAX_TRIES)) return;
  throw new RangeError(`priority ${priority} must be 0 to 15 and tries ${tries} 0 to 7`);
}
