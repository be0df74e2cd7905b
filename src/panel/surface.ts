import { type Framebuffer, openFramebuffer } from "../linux/framebuffer.ts";
import type { Geometry } from "./geometry.ts";
import { memorySize, memorySurface } from "./memory.ts";
import type { ChannelOrder } from "./theme.ts";

/** Something that takes rows of pixels: the framebuffer, or memory in tests. */
export interface Surface {
  readonly geometry: Geometry;
  /** How the pixels have to be drawn. */
  readonly order: ChannelOrder;
  /** Writes `rows` rows of `width * 4` bytes from `y` on; false when the screen is gone and comes back anew. */
  write(y: number, rows: number, pixels: Buffer): boolean;
  /** Switches the screen off, or on again with what it showed; where it can be. */
  blank?(off: boolean): void;
  close(): void;
}

/**
 * Opens a framebuffer, or a screen in memory by the name "memory:WxH", as a surface; throws the
 * HoldfastError of `openFramebuffer`.
 */
export function openSurface(path: string): Surface {
  const memory = memorySize(path);
  if (memory !== null) return memorySurface(memory.width, memory.height);
  const framebuffer = openFramebuffer(path);
  const { info } = framebuffer;
  const { width, height, mmWidth, mmHeight } = info;
  const offsets = `${info.red.offset} ${info.green.offset} ${info.blue.offset}`;
  const convert = offsets === "16 8 0" || offsets === "0 8 16" ? null : converter(info);
  return {
    geometry: { width, height, mmWidth, mmHeight },
    order: offsets === "16 8 0" ? "bgr" : "rgb",
    write(y, rows, pixels) {
      convert?.(pixels);
      return framebuffer.writeRows(y, rows, pixels);
    },
    blank: (off) => framebuffer.blank(off),
    close: () => framebuffer.close(),
  };
}

/** Moves the bytes of R, G, B, A pixels, in place, to where a screen of unusual order has its channels. */
export function converter(
  info: Pick<Framebuffer["info"], "red" | "green" | "blue">,
): (pixels: Buffer) => void {
  const [red, green, blue] = [info.red.offset / 8, info.green.offset / 8, info.blue.offset / 8];
  const unused = 6 - red - green - blue;
  return (pixels) => {
    for (let at = 0; at + 4 <= pixels.length; at += 4) {
      const [r, g, b] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
      pixels[at + red] = r;
      pixels[at + green] = g;
      pixels[at + blue] = b;
      pixels[at + unused] = 0xff;
    }
  };
}
