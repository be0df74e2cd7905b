/** One look at the battery. */
export interface BatteryReading {
  readonly percent: number;
  readonly charging: boolean;
  /** Whether power comes from outside, perhaps less than is used. */
  readonly external: boolean;
}

/**
 * What the charge means for the menu: "short" is too little to begin long work, "low" is to be told, and at "empty"
 * the device is switched off before it fails by itself.
 */
export type BatteryCare = "fine" | "short" | "low" | "empty";

/** Percent below which each begins. */
const BELOW = { short: 20, low: 10, empty: 3 } as const;
/** Gauges report nonsense in the first seconds: so many looks have to say "empty". */
const LOOKS = 3;

/** What the newest of the looks at the battery means; null for a look that found none. */
export function batteryCare(looks: readonly (BatteryReading | null)[]): BatteryCare {
  const newest = looks.at(-1) ?? null;
  if (newest === null || newest.charging || newest.external || newest.percent >= BELOW.short) return "fine";
  const last = looks.slice(-LOOKS);
  if (last.length === LOOKS && last.every(isEmpty)) return "empty";
  return newest.percent < BELOW.low ? "low" : "short";
}

function isEmpty(look: BatteryReading | null): boolean {
  return look !== null && look.percent < BELOW.empty && !look.charging && !look.external;
}
