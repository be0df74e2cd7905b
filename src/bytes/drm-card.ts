import { DrmSize, type Target } from "./drm-struct.ts";

/** Objects of a card, from struct drm_mode_card_res. */
export interface CardResources {
  readonly crtcs: readonly number[];
  readonly connectors: readonly number[];
}

/** What turns the pixels of a CRTC into the signal of a connector, from struct drm_mode_get_encoder. */
export interface Encoder {
  /** The CRTC that feeds it now; 0 for none. */
  readonly crtc: number;
  /** Bit n: it can be fed by the card's n-th CRTC. */
  readonly possibleCrtcs: number;
}

/** How many of each a card has: struct drm_mode_card_res after its first call. */
export function resourceCounts(bytes: Buffer): { crtcs: number; connectors: number } {
  return { crtcs: bytes.readUInt32LE(36), connectors: bytes.readUInt32LE(40) };
}

/** struct drm_mode_card_res that asks for the numbers of CRTCs and connectors, to be written to the addresses. */
export function askResources(crtcs: Target, connectors: Target): Buffer {
  const bytes = Buffer.alloc(DrmSize.resources);
  bytes.writeBigUInt64LE(crtcs.address, 8);
  bytes.writeBigUInt64LE(connectors.address, 16);
  bytes.writeUInt32LE(crtcs.count, 36);
  bytes.writeUInt32LE(connectors.count, 40);
  return bytes;
}

/** struct drm_mode_get_encoder that asks for an encoder. */
export function askEncoder(id: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.encoder);
  bytes.writeUInt32LE(id, 0);
  return bytes;
}

/** The answer to `askEncoder`. */
export function parseEncoder(bytes: Buffer): Encoder {
  return { crtc: bytes.readUInt32LE(8), possibleCrtcs: bytes.readUInt32LE(12) };
}
