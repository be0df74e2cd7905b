import { DrmSize, type Target } from "./drm-struct.ts";

/** A rectangle of rows in struct drm_clip_rect. */
export interface Clip {
  readonly y: number;
  readonly rows: number;
}

/** struct drm_mode_create_dumb that asks for a buffer of so many pixels. */
export function createDumb(width: number, height: number, bitsPerPixel: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.createDumb);
  bytes.writeUInt32LE(height, 0);
  bytes.writeUInt32LE(width, 4);
  bytes.writeUInt32LE(bitsPerPixel, 8);
  return bytes;
}

/** The kernel's part of struct drm_mode_create_dumb: a handle, bytes per row and in all. */
export function parseDumb(bytes: Buffer): { handle: number; stride: number; size: number } {
  return {
    handle: bytes.readUInt32LE(16),
    stride: bytes.readUInt32LE(20),
    size: Number(bytes.readBigUInt64LE(24)),
  };
}

/** struct drm_mode_map_dumb that asks where a buffer can be mapped. */
export function mapDumb(handle: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.mapDumb);
  bytes.writeUInt32LE(handle, 0);
  return bytes;
}

/** The offset to give to mmap(2), from struct drm_mode_map_dumb. */
export function parseMapOffset(bytes: Buffer): bigint {
  return bytes.readBigUInt64LE(8);
}

/** struct drm_mode_fb_cmd; its first word is the framebuffer's number when the call returns. */
export function addFramebuffer(buffer: {
  readonly width: number;
  readonly height: number;
  readonly stride: number;
  readonly handle: number;
  /** Bits of a pixel, and those of them that are a colour: 32 and 24 is XRGB8888, 16 and 16 RGB565. */
  readonly bitsPerPixel: number;
  readonly depth: number;
}): Buffer {
  const { width, height, stride, bitsPerPixel, depth, handle } = buffer;
  const bytes = Buffer.alloc(DrmSize.framebuffer);
  for (const [index, value] of [width, height, stride, bitsPerPixel, depth, handle].entries())
    bytes.writeUInt32LE(value, 4 + index * 4);
  return bytes;
}

const FLIP_EVENT = 1;

/** struct drm_mode_crtc_page_flip that asks to be told when the new picture is shown. */
export function pageFlip(crtc: number, framebuffer: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.pageFlip);
  bytes.writeUInt32LE(crtc, 0);
  bytes.writeUInt32LE(framebuffer, 4);
  bytes.writeUInt32LE(FLIP_EVENT, 8);
  return bytes;
}

/** struct drm_mode_fb_dirty_cmd; the rectangles lie at the address. */
export function dirtyFramebuffer(framebuffer: number, clips: Target): Buffer {
  const bytes = Buffer.alloc(DrmSize.dirty);
  bytes.writeUInt32LE(framebuffer, 0);
  bytes.writeUInt32LE(clips.count, 12);
  bytes.writeBigUInt64LE(clips.address, 16);
  return bytes;
}

/** struct drm_clip_rect of each; the second corner lies outside. */
export function clipRects(clips: readonly Clip[], width: number): Buffer {
  const bytes = Buffer.alloc(clips.length * DrmSize.clip);
  for (const [index, { y, rows }] of clips.entries()) {
    bytes.writeUInt16LE(y, index * DrmSize.clip + 2);
    bytes.writeUInt16LE(width, index * DrmSize.clip + 4);
    bytes.writeUInt16LE(y + rows, index * DrmSize.clip + 6);
  }
  return bytes;
}

const EVENT_FLIP_COMPLETE = 2;

/** Whether a flip is told as complete among the events that were read from a card. */
export function hasFlipped(bytes: Buffer): boolean {
  for (let at = 0; at + 8 <= bytes.length; ) {
    if (bytes.readUInt32LE(at) === EVENT_FLIP_COMPLETE) return true;
    const length = bytes.readUInt32LE(at + 4);
    if (length < 8) return false;
    at += length;
  }
  return false;
}
