import type { Contact } from "./touch-gestures.ts";

/**
 * Where a touch panel that is mounted otherwise than its screen means: the first two rows of a matrix as libinput's
 * LIBINPUT_CALIBRATION_MATRIX has them, for positions of 0…1. [0, 1, 0, 1, 0, 0] swaps the axes, [-1, 0, 1, 0, 1, 0]
 * turns the horizontal one around.
 */
export type Calibration = readonly [xx: number, xy: number, x: number, yx: number, yy: number, y: number];

/** The contact where it is on the screen, and never beyond its edges. */
export function calibrated(contact: Contact, [xx, xy, x, yx, yy, y]: Calibration): Contact {
  const within = (value: number) => Math.min(Math.max(value, 0), 1);
  return {
    ...contact,
    x: within(xx * contact.x + xy * contact.y + x),
    y: within(yx * contact.x + yy * contact.y + y),
  };
}
