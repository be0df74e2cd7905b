import type { Channel, PixelFormat } from "./pixel-format.ts";

/** The part of struct fb_var_screeninfo (linux/fb.h) that drawing needs. */
export interface VarInfo extends PixelFormat {
  readonly width: number;
  readonly height: number;
  readonly xOffset: number;
  readonly yOffset: number;
  /** Millimetres as the driver claims them; 0 when it does not know. Often untrue, see panel/geometry.ts. */
  readonly mmWidth: number;
  readonly mmHeight: number;
}

/** The part of struct fb_fix_screeninfo (linux/fb.h) that drawing needs. */
export interface FixInfo {
  /** Driver's name, such as "bochs-drmdrmfb"; the kernel cuts it after 15 bytes. */
  readonly id: string;
  /** Bytes of framebuffer memory. */
  readonly memory: number;
  /** Bytes from one row to the next. */
  readonly stride: number;
}

export const VAR_INFO_SIZE = 160;
/** Of these, those before `nonstd`: sizes, offsets and channels, which say where a pixel lies. */
export const VAR_INFO_SHOWN = 80;
/** Of a 64-bit kernel; 32-bit ones have 68 bytes and other offsets. */
export const FIX_INFO_SIZE = 80;

const UNKNOWN_MM = 0xffffffff;

/** Reads struct fb_var_screeninfo, 160 bytes in the machine's (little-endian) order. */
export function parseVarInfo(bytes: Buffer): VarInfo {
  const channel = (at: number): Channel => ({
    offset: bytes.readUInt32LE(at),
    length: bytes.readUInt32LE(at + 4),
  });
  const millimetres = (at: number): number => {
    const value = bytes.readUInt32LE(at);
    return value === UNKNOWN_MM ? 0 : value;
  };
  return {
    width: bytes.readUInt32LE(0),
    height: bytes.readUInt32LE(4),
    xOffset: bytes.readUInt32LE(16),
    yOffset: bytes.readUInt32LE(20),
    bitsPerPixel: bytes.readUInt32LE(24),
    red: channel(32),
    green: channel(44),
    blue: channel(56),
    alpha: channel(68),
    mmHeight: millimetres(88),
    mmWidth: millimetres(92),
  };
}

/** Reads struct fb_fix_screeninfo of a 64-bit kernel, 80 bytes. */
export function parseFixInfo(bytes: Buffer): FixInfo {
  const id = bytes.subarray(0, 16);
  const end = id.indexOf(0);
  return {
    id: id.toString("latin1", 0, end < 0 ? id.length : end),
    memory: bytes.readUInt32LE(24),
    stride: bytes.readUInt32LE(48),
  };
}
