/** Sizes of the structures of drm_mode.h; they are the same on all 64-bit ABIs. */
export const DrmSize = {
  capability: 16,
  resources: 64,
  mode: 68,
  connector: 80,
  encoder: 20,
  crtc: 104,
  createDumb: 32,
  mapDumb: 16,
  framebuffer: 28,
  pageFlip: 24,
  dirty: 24,
  clip: 8,
  property: 64,
} as const;

/** Memory that the kernel is to fill with so many elements. */
export interface Target {
  readonly address: bigint;
  readonly count: number;
}

/** The first `count` numbers of a buffer of u32, as many as it has. */
export function numbers(bytes: Buffer, count: number): number[] {
  const length = Math.min(count, Math.floor(bytes.length / 4));
  return Array.from({ length }, (_, index) => bytes.readUInt32LE(index * 4));
}
