import type { Machine } from "./machine.ts";

/** A place in shares of the panel. */
export type Spot = readonly [x: number, y: number];

/** The tile "Power" of the home screen, and on the screen behind it the row "Back". */
export const POWER_TILE: Spot = [612 / 720, 1128 / 1440];
export const BACK_ROW: Spot = [360 / 720, 535 / 1440];

/** A short touch by QEMU's own tablet. */
export function tapOn(machine: Machine, [x, y]: Spot): Promise<void> {
  return machine.tap(Math.round(x * machine.panel.width), Math.round(y * machine.panel.height));
}
