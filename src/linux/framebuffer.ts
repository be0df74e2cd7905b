import { closeSync, constants, openSync, writeSync } from "node:fs";
import {
  FIX_INFO_SIZE,
  type FixInfo,
  parseFixInfo,
  parseVarInfo,
  VAR_INFO_SHOWN,
  VAR_INFO_SIZE,
  type VarInfo,
} from "../bytes/fb-info.ts";
import { formatFault } from "../bytes/pixel-format.ts";
import { HoldfastError, messageOf } from "../domain/errors.ts";
import { ioctl, SystemCallError } from "./syscalls.ts";

/** Requests of linux/fb.h. */
const FBIOGET_VSCREENINFO = 0x4600;
const FBIOGET_FSCREENINFO = 0x4602;
const FBIOPAN_DISPLAY = 0x4606;
const FBIOBLANK = 0x4611;
const FB_BLANK_UNBLANK = 0;
const FB_BLANK_POWERDOWN = 4;

export interface FramebufferInfo extends VarInfo, FixInfo {}

/** An open framebuffer. */
export interface Framebuffer {
  readonly info: FramebufferInfo;
  /**
   * Writes `rows` full rows from `y` on; `pixels` has the bytes of `width` pixels per row, in its format.
   * At least two rows, where the panel has two: a write(2) within one scanline that ends exactly at its end
   * is taken for an empty rectangle by the kernel's DRM emulation and never reaches the screen.
   * False when the driver was replaced (ENODEV) or another mode was set: open it again and draw everything.
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
  const { width, height, stride, memory } = info;
  const refuse = (found: string, right: string): never => {
    throw new HoldfastError("noDevice", `${path} (${info.id}): ${found}; ${right}`);
  };
  if (width === 0 || height === 0)
    refuse(`the screen is ${width}x${height} pixels`, "it needs at least 1x1: no mode is set");
  if (width > 16_384 || height > 16_384)
    refuse(`the screen is ${width}x${height} pixels`, "at most 16384x16384 can be drawn");
  const fault = formatFault(info);
  if (fault !== null) refuse(fault.found, fault.right);
  const rowBytes = (info.xOffset + width) * (info.bitsPerPixel / 8);
  if (stride < rowBytes)
    refuse(
      `a row has ${stride} bytes`,
      `${width} pixels from column ${info.xOffset} need at least ${rowBytes}`,
    );
  const needed = (info.yOffset + height - 1) * stride + rowBytes;
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
    const { width, stride, xOffset, yOffset, bitsPerPixel } = this.info;
    const rowBytes = width * (bitsPerPixel / 8);
    const bytes =
      stride === rowBytes ? pixels.subarray(0, rows * rowBytes) : pad(pixels, rows, rowBytes, stride);
    const from = (y + yOffset) * stride + xOffset * (bitsPerPixel / 8);
    try {
      if (this.#isOtherMode()) return false;
      writeAll(this.#fd, bytes, from);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENODEV") return false;
      throw error;
    }
    if (this.#pan) this.#pan = this.#refresh();
    return true;
  }

  /** Somebody else set a mode or panned since the screen was opened: all numbers may be others. */
  #isOtherMode(): boolean {
    const now = Buffer.alloc(VAR_INFO_SIZE);
    ioctl(this.#fd, FBIOGET_VSCREENINFO, now, `FBIOGET_VSCREENINFO ${this.#path}`);
    return now.compare(this.#varBytes, 0, VAR_INFO_SHOWN, 0, VAR_INFO_SHOWN) !== 0;
  }

  /**
   * Tells a panel that keeps its own picture to take the new one (FBIOPAN_DISPLAY with what is set already).
   * False where the driver knows no such thing; not while another program is in charge of the display.
   */
  #refresh(): boolean {
    try {
      ioctl(this.#fd, FBIOPAN_DISPLAY, this.#varBytes, `FBIOPAN_DISPLAY ${this.#path}`);
      return true;
    } catch (error) {
      return error instanceof SystemCallError && (error.code === "EBUSY" || error.code === "EINTR");
    }
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

/** A driver may take less than all at once; one that takes nothing at all would be asked for ever. */
function writeAll(fd: number, bytes: Buffer, from: number): void {
  for (let done = 0; done < bytes.length; ) {
    const taken = writeSync(fd, bytes, done, bytes.length - done, from + done);
    if (taken === 0) throw new HoldfastError("system", `the framebuffer takes no bytes at ${from + done}`);
    done += taken;
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
function attempt(action: () => void): void {
  try {
    action();
  } catch {
    // The screen is as it was.
  }
}
