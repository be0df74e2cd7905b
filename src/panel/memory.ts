import type { Surface } from "./surface.ts";

/** A surface in memory, for benchmarks and for a look without a screen. */
export interface MemorySurface extends Surface {
  /** The rows as they were written, `width * 4` bytes each. */
  readonly pixels: Buffer;
}

/** A screen of `width` x `height` pixels in XRGB8888 that is nowhere but in memory. */
export function memorySurface(width: number, height: number): MemorySurface {
  const pixels = Buffer.alloc(width * height * 4);
  return {
    name: `memory ${width}x${height}`,
    geometry: { width, height, mmWidth: 0, mmHeight: 0 },
    order: "bgr",
    pixels,
    write(y, rows, bytes) {
      bytes.copy(pixels, y * width * 4, 0, rows * width * 4);
      return true;
    },
    close() {},
  };
}

/** The size in `memory:1080x2340`, the name of such a screen in the configuration; null for any other name. */
export function memorySize(name: string): { width: number; height: number } | null {
  const [, width, height] = /^memory:(\d{2,5})x(\d{2,5})$/.exec(name) ?? [];
  return width === undefined || height === undefined
    ? null
    : { width: Number(width), height: Number(height) };
}
