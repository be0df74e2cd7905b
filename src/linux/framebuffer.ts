import { closeSync, constants, openSync, writeSync } from "node:fs";
import {
  FIX_INFO_SIZE,
  type FixInfo,
  parseFixInfo,
  parseVarInfo,
  VAR_INFO_SIZE,
  type VarInfo,
} from "../bytes/fb-info.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { ioctl } from "./syscalls.ts";

/** Requests of linux/fb.h. */
const FBIOGET_VSCREENINFO = 0x4600;
const FBIOGET_FSCREENINFO = 0x4602;
const FBIOPAN_DISPLAY = 0x4606;
const FBIOBLANK = 0x4611;
const FB_BLANK_UNBLANK = 0;
const FB_BLANK_POWERDOWN = 4;

export interface FramebufferInfo extends VarInfo, FixInfo {}

/** An open framebuffer of 32 bits per pixel. */
export interface Framebuffer {
  readonly info: FramebufferInfo;
  /**
   * Writes `rows` full rows from `y` on; `pixels` has `width * 4` bytes per row in the order of the screen.
   * At least two rows, where the panel has two: a write(2) within one scanline that ends exactly at its end
   * is taken for an empty rectangle by the kernel's DRM emulation and never reaches the screen.
   * False when the driver was replaced (ENODEV): open it again and draw everything.
   */
  writeRows(y: number, rows: number, pixels: Buffer): boolean;
  /** Switches the screen off, or on again with what it showed; where the driver can. */
  blank(off: boolean): void;
  close(): void;
}

/**
 * Opens and checks a framebuffer device and switches its screen on.
 * Throws a HoldfastError (`noDevice`) with the numbers when it cannot be drawn on.
 */
export function openFramebuffer(path: string): Framebuffer {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDWR);
  } catch (error) {
    throw new HoldfastError("noDevice", `${path}: cannot open the framebuffer: ${messageOf(error)}`, {
      cause: error,
    });
  }
  try {
    const varBytes = Buffer.alloc(VAR_INFO_SIZE);
    const info = readInfo(path, fd, varBytes);
    checkFramebuffer(path, info);
    attempt(() => ioctl(fd, FBIOBLANK, FB_BLANK_UNBLANK, `FBIOBLANK ${path}`));
    return new FramebufferFile(path, fd, info, varBytes);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function readInfo(path: string, fd: number, varBytes: Buffer): FramebufferInfo {
  const fixBytes = Buffer.alloc(FIX_INFO_SIZE);
  try {
    ioctl(fd, FBIOGET_VSCREENINFO, varBytes, `FBIOGET_VSCREENINFO ${path}`);
    ioctl(fd, FBIOGET_FSCREENINFO, fixBytes, `FBIOGET_FSCREENINFO ${path}`);
  } catch (error) {
    throw new HoldfastError("noDevice", `${path}: not a framebuffer: ${messageOf(error)}`, { cause: error });
  }
  return { ...parseVarInfo(varBytes), ...parseFixInfo(fixBytes) };
}

/** Refuses what cannot be drawn on; the message has the numbers found and what would be right. */
export function checkFramebuffer(path: string, info: FramebufferInfo): void {
  const { width, height, bitsPerPixel, stride, memory } = info;
  const refuse = (found: string, right: string): never => {
    throw new HoldfastError("noDevice", `${path} (${info.id}): ${found}; ${right}`);
  };
  if (width === 0 || height === 0)
    refuse(`the screen is ${width}x${height} pixels`, "it needs at least 1x1: no mode is set");
  if (width > 16_384 || height > 16_384)
    refuse(`the screen is ${width}x${height} pixels`, "at most 16384x16384 can be drawn");
  if (bitsPerPixel !== 32) refuse(`${bitsPerPixel} bits per pixel`, "only 32 can be drawn");
  for (const [name, channel] of [
    ["red", info.red],
    ["green", info.green],
    ["blue", info.blue],
  ] as const) {
    if (channel.length !== 8 || channel.offset % 8 !== 0 || channel.offset > 24)
      refuse(
        `${name} has ${channel.length} bits at bit ${channel.offset}`,
        "only whole bytes per channel can be drawn",
      );
  }
  if (stride < (info.xOffset + width) * 4)
    refuse(
      `a row has ${stride} bytes`,
      `${width} pixels from column ${info.xOffset} need at least ${(info.xOffset + width) * 4}`,
    );
  const needed = (info.yOffset + height - 1) * stride + (info.xOffset + width) * 4;
  if (memory < needed)
    refuse(`${memory} bytes of memory`, `${width}x${height} with rows of ${stride} bytes needs ${needed}`);
}

class FramebufferFile implements Framebuffer {
  readonly info: FramebufferInfo;
  readonly #path: string;
  readonly #fd: number;
  readonly #varBytes: Buffer;
  #open = true;
  /** Panels behind old fbdev drivers show nothing until they are told; DRM's emulation sees each write. */
  #pan: boolean;

  constructor(path: string, fd: number, info: FramebufferInfo, varBytes: Buffer) {
    this.#path = path;
    this.#fd = fd;
    this.info = info;
    this.#varBytes = varBytes;
    this.#pan = !info.id.includes("drm");
  }

  writeRows(y: number, rows: number, pixels: Buffer): boolean {
    const { width, stride, xOffset, yOffset } = this.info;
    const rowBytes = width * 4;
    const bytes =
      stride === rowBytes ? pixels.subarray(0, rows * rowBytes) : pad(pixels, rows, rowBytes, stride);
    const from = (y + yOffset) * stride + xOffset * 4;
    try {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#fd, bytes, done, bytes.length - done, from + done);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENODEV") return false;
      throw error;
    }
    if (this.#pan)
      this.#pan = attempt(() =>
        ioctl(this.#fd, FBIOPAN_DISPLAY, this.#varBytes, `FBIOPAN_DISPLAY ${this.#path}`),
      );
    return true;
  }

  blank(off: boolean): void {
    const level = off ? FB_BLANK_POWERDOWN : FB_BLANK_UNBLANK;
    attempt(() => ioctl(this.#fd, FBIOBLANK, level, `FBIOBLANK ${this.#path}`));
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
  }
}

/** Rows spread to the screen's stride; the gap between them is never seen. */
function pad(pixels: Buffer, rows: number, rowBytes: number, stride: number): Buffer {
  const padded = Buffer.alloc((rows - 1) * stride + rowBytes);
  for (let row = 0; row < rows; row += 1)
    pixels.copy(padded, row * stride, row * rowBytes, (row + 1) * rowBytes);
  return padded;
}

/** For what a driver may lack without harm. */
function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
