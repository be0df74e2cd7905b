import { pixelConverter, plainOrder } from "../bytes/pixel-format.ts";
import { openFramebuffer } from "../linux/framebuffer.ts";
import { loadCanvas } from "./canvas.ts";
import type { Geometry } from "./geometry.ts";
import { memorySize, memorySurface } from "./memory.ts";
import { chooseScreen } from "./screens.ts";
import type { ChannelOrder } from "./theme.ts";

/** Something that takes rows of pixels: a framebuffer, a card, or memory in tests. */
export interface Surface {
  /** The device, for the log. */
  readonly name: string;
  readonly geometry: Geometry;
  /** How the pixels have to be drawn. */
  readonly order: ChannelOrder;
  /** Writes `rows` rows of `width * 4` bytes from `y` on; false when the screen is gone and comes back anew. */
  write(y: number, rows: number, pixels: Buffer): boolean;
  /** All rows of a picture were written: where they are kept until then, they are shown. False as of `write`. */
  flush?(): boolean;
  /** Switches the screen off, or on again with what it showed; where it can be. */
  blank?(off: boolean): void;
  /** Calls back when something was plugged in or pulled out, so that another screen may be the better one. */
  onReplaced?(tell: () => void): void;
  close(): void;
}

/**
 * Opens a screen as a surface: a framebuffer by its path, a card by its path or the best of all cards as "drm", the one
 * that `chooseScreen` finds as "auto", or one in memory as "memory:WxH". Throws a HoldfastError (`noDevice`).
 */
export async function openSurface(name: string): Promise<Surface> {
  const memory = memorySize(name);
  if (memory !== null) return memorySurface(memory.width, memory.height);
  if (name !== "auto") return openNamed(name);
  const chosen = chooseScreen();
  try {
    return await openNamed(chosen);
  } catch (error) {
    // What the other interface shows is better than nothing; where it has no screen either, the first one says why.
    const other = isCard(chosen) ? "/dev/fb0" : "drm";
    return openNamed(other).catch(() => {
      throw error;
    });
  }
}

function isCard(name: string): boolean {
  return name === "drm" || name.startsWith("/dev/dri/");
}

async function openNamed(name: string): Promise<Surface> {
  if (!isCard(name)) return framebufferSurface(name);
  const { openDrmSurface } = await import("./drm-surface.ts");
  // A card is black from the change of its mode to the first picture: what takes long comes before.
  loadCanvas();
  return openDrmSurface(name);
}

function framebufferSurface(path: string): Surface {
  const framebuffer = openFramebuffer(path);
  const { id, width, height, mmWidth, mmHeight, bitsPerPixel } = framebuffer.info;
  const plain = plainOrder(framebuffer.info);
  const convert = plain === null ? pixelConverter(framebuffer.info) : null;
  return {
    name: `${path} ${id} ${width}x${height} ${bitsPerPixel} bits`,
    geometry: { width, height, mmWidth, mmHeight },
    order: plain ?? "rgb",
    write: (y, rows, pixels) => framebuffer.writeRows(y, rows, convert?.(pixels) ?? pixels),
    blank: (off) => framebuffer.blank(off),
    close: () => framebuffer.close(),
  };
}
