/** How hot a device is, in degrees Celsius. */
export interface Heat {
  readonly celsius: number;
  /** At which the kernel switches the device off. */
  readonly limit: number;
}

/** Degrees below the limit from which on a person is told. */
const NEAR = 10;

/** Whether a person is to be told; null is a device that does not say. */
export function isHot(heat: Heat | null): boolean {
  return heat !== null && heat.celsius >= heat.limit - NEAR;
}
