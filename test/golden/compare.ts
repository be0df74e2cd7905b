/** A picture in RGBA. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** How two pictures differ. */
export interface Difference {
  /** Pixels with a channel that is off by more than `PIXEL_TOLERANCE`. */
  readonly pixels: number;
  /** The same as a share of all, 0…1. */
  readonly share: number;
  readonly same: boolean;
}

/** Of 255, per channel: antialiasing may differ by this much between machines. */
export const PIXEL_TOLERANCE = 8;
/** Share of all pixels that may be off by more. */
export const SHARE_TOLERANCE = 0.005;

/** Compares a frame with its golden one; another size is a difference in every pixel. Alpha does not count. */
export function compare(actual: Picture, golden: Picture): Difference {
  const all = golden.width * golden.height;
  if (actual.width !== golden.width || actual.height !== golden.height)
    return { pixels: all, share: 1, same: false };
  let pixels = 0;
  for (let at = 0; at < all * 4; at += 4) if (isOff(actual.data, golden.data, at)) pixels += 1;
  const share = pixels / all;
  return { pixels, share, same: share <= SHARE_TOLERANCE };
}

function isOff(a: Uint8Array, b: Uint8Array, at: number): boolean {
  for (let channel = at; channel < at + 3; channel += 1)
    if (Math.abs((a[channel] ?? 0) - (b[channel] ?? 0)) > PIXEL_TOLERANCE) return true;
  return false;
}
