import { DrmSize } from "./drm-struct.ts";

/** A display timing: struct drm_mode_modeinfo, whose bytes are given back to the kernel as they came. */
export interface DisplayMode {
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly refresh: number;
  readonly preferred: boolean;
  readonly bytes: Buffer;
}

/** What a CRTC shows, from struct drm_mode_crtc. */
export interface CrtcState {
  /** The mode that is set; null when the CRTC is off. */
  readonly mode: DisplayMode | null;
  /** Number of the framebuffer that it shows; 0 for none. */
  readonly framebuffer: number;
}

const MODE_PREFERRED = 8;

/** Reads struct drm_mode_modeinfo. */
export function parseMode(bytes: Buffer): DisplayMode {
  return {
    width: bytes.readUInt16LE(4),
    height: bytes.readUInt16LE(14),
    refresh: bytes.readUInt32LE(24),
    preferred: (bytes.readUInt32LE(32) & MODE_PREFERRED) !== 0,
    bytes: Buffer.from(bytes),
  };
}

/** struct drm_mode_crtc that asks for the state of a CRTC. */
export function askCrtc(id: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.crtc);
  bytes.writeUInt32LE(id, 12);
  return bytes;
}

/** The answer to `askCrtc`. */
export function parseCrtc(bytes: Buffer): CrtcState {
  const isOn = bytes.readUInt32LE(32) !== 0;
  return {
    mode: isOn ? parseMode(bytes.subarray(36, 36 + DrmSize.mode)) : null,
    framebuffer: bytes.readUInt32LE(16),
  };
}

/** struct drm_mode_crtc that shows a framebuffer on one connector, whose number lies at the address. */
export function setCrtc(crtc: number, framebuffer: number, mode: DisplayMode, connector: bigint): Buffer {
  const bytes = askCrtc(crtc);
  bytes.writeBigUInt64LE(connector, 0);
  bytes.writeUInt32LE(1, 8);
  bytes.writeUInt32LE(framebuffer, 16);
  bytes.writeUInt32LE(1, 32);
  mode.bytes.copy(bytes, 36);
  return bytes;
}
