import { createCanvas, type Image } from "@napi-rs/canvas";

/** What a screen shows: rows of R, G, B, A bytes without gaps. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

export function pictureOf(image: Image): Picture {
  const canvas = createCanvas(image.width, image.height);
  const context = canvas.getContext("2d");
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, image.width, image.height);
  return { width: image.width, height: image.height, data };
}

/** Share of pixels, from 0 to 1, in which two pictures of one size differ by more than `tolerance` in a channel. */
export function difference(one: Picture, other: Picture, tolerance = 8): number {
  if (one.width !== other.width || one.height !== other.height) return 1;
  let differing = 0;
  for (let at = 0; at < one.data.length; at += 4) {
    if (differsAt(one.data, other.data, at, tolerance)) differing++;
  }
  return differing / (one.width * one.height);
}

function differsAt(one: Uint8ClampedArray, other: Uint8ClampedArray, at: number, tolerance: number): boolean {
  for (let channel = at; channel < at + 3; channel++) {
    if (Math.abs((one[channel] ?? 0) - (other[channel] ?? 0)) > tolerance) return true;
  }
  return false;
}
