import { pixelConverter, plainOrder } from "../bytes/pixel-format.ts";
import { openFramebuffer } from "../linux/framebuffer.ts";
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
  const { width, height, mmWidth, mmHeight } = framebuffer.info;
  const plain = plainOrder(framebuffer.info);
  const convert = plain === null ? pixelConverter(framebuffer.info) : null;
  return {
    geometry: { width, height, mmWidth, mmHeight },
    order: plain ?? "rgb",
    write: (y, rows, pixels) => framebuffer.writeRows(y, rows, convert?.(pixels) ?? pixels),
    blank: (off) => framebuffer.blank(off),
    close: () => framebuffer.close(),
  };
}
