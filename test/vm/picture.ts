import type { Picture } from "../golden/compare.ts";

/** Reads a PPM picture as QEMU's screendump writes it: "P6", width, height, 255, then R, G, B of each pixel. */
export function parsePpm(bytes: Buffer): Picture {
  const head = /^P6\n(\d+) (\d+)\n255\n/.exec(bytes.subarray(0, 32).toString("latin1"));
  const [width, height] = [Number(head?.[1]), Number(head?.[2])];
  const start = head?.[0].length ?? 0;
  if (head === null || bytes.length !== start + width * height * 3) {
    throw new Error(`Not a PPM picture of 8 bits per channel: ${bytes.subarray(0, 16).toString("latin1")}`);
  }
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = start + pixel * 3;
    data.set(bytes.subarray(from, from + 3), pixel * 4);
  }
  return { width, height, data };
}

/** Whether a picture has no light at all at its lower right corner, as text consoles have and Holdfast not. */
export function isTextConsole({ width, height, data }: Picture): boolean {
  const last = (width * height - 1) * 4;
  return data[last] === 0 && data[last + 1] === 0 && data[last + 2] === 0;
}

/** The picture of a frame as it lies in a framebuffer: B, G, R, X of each pixel, rows `stride` bytes apart. */
export function pictureOfFrame(frame: Uint8Array, width: number, height: number, stride: number): Picture {
  const data = new Uint8Array(width * height * 4).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    const from = Math.floor(pixel / width) * stride + (pixel % width) * 4;
    data.set([frame[from + 2] ?? 0, frame[from + 1] ?? 0, frame[from] ?? 0], pixel * 4);
  }
  return { width, height, data };
}
