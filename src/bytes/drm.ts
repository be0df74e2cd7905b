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

/** Types of connectors that the choice of one looks at (drm_mode.h). */
export const ConnectorType = {
  lvds: 7,
  edp: 14,
  virtual: 15,
  dsi: 16,
  dpi: 17,
  writeback: 18,
  spi: 19,
} as const;

/** As libdrm names connectors, by their type; sysfs does the same. */
const CONNECTOR_NAMES = [
  ..."Unknown VGA DVI-I DVI-D DVI-A Composite SVIDEO LVDS Component DIN DP HDMI-A HDMI-B TV eDP Virtual".split(
    " ",
  ),
  ..."DSI DPI Writeback SPI USB".split(" "),
];

/** Objects of a card, from struct drm_mode_card_res. */
export interface CardResources {
  readonly crtcs: readonly number[];
  readonly connectors: readonly number[];
}

/** A display timing: struct drm_mode_modeinfo, whose bytes are given back to the kernel as they came. */
export interface DisplayMode {
  readonly width: number;
  readonly height: number;
  /** Pictures a second. */
  readonly refresh: number;
  readonly preferred: boolean;
  readonly bytes: Buffer;
}

export interface Connector {
  readonly id: number;
  readonly type: number;
  /** Such as "DSI-1". */
  readonly name: string;
  readonly state: "connected" | "disconnected" | "unknown";
  /** Millimetres of the panel; 0 when it does not know. */
  readonly mmWidth: number;
  readonly mmHeight: number;
  readonly modes: readonly DisplayMode[];
  readonly encoders: readonly number[];
  /** The encoder that drives it now; 0 for none. */
  readonly encoder: number;
  /** Values of its properties, by the properties' numbers. */
  readonly properties: ReadonlyMap<number, number>;
}

export interface Encoder {
  /** The CRTC that feeds it now; 0 for none. */
  readonly crtc: number;
  /** Bit n: it can be fed by the card's n-th CRTC. */
  readonly possibleCrtcs: number;
}

export interface CrtcState {
  /** The mode that is set; null when the CRTC is off. */
  readonly mode: DisplayMode | null;
}

/** A rectangle of rows in struct drm_clip_rect. */
export interface Clip {
  readonly y: number;
  readonly rows: number;
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

/** Memory that the kernel is to fill with so many elements. */
export interface Target {
  readonly address: bigint;
  readonly count: number;
}

export interface ConnectorTargets {
  readonly encoders: Target;
  readonly modes: Target;
  readonly properties: Target;
  /** As many as properties. */
  readonly values: Target;
}

/** struct drm_mode_get_connector; without targets it asks how many of each there are, which probes the display. */
export function askConnector(id: number, targets: ConnectorTargets | null): Buffer {
  const bytes = Buffer.alloc(DrmSize.connector);
  bytes.writeUInt32LE(id, 48);
  if (targets === null) return bytes;
  bytes.writeBigUInt64LE(targets.encoders.address, 0);
  bytes.writeBigUInt64LE(targets.modes.address, 8);
  bytes.writeBigUInt64LE(targets.properties.address, 16);
  bytes.writeBigUInt64LE(targets.values.address, 24);
  bytes.writeUInt32LE(targets.modes.count, 32);
  bytes.writeUInt32LE(targets.properties.count, 36);
  bytes.writeUInt32LE(targets.encoders.count, 40);
  return bytes;
}

export function connectorCounts(bytes: Buffer): { modes: number; properties: number; encoders: number } {
  return {
    modes: bytes.readUInt32LE(32),
    properties: bytes.readUInt32LE(36),
    encoders: bytes.readUInt32LE(40),
  };
}

/** The answer to `askConnector` with what the kernel wrote to its targets. */
export function parseConnector(
  bytes: Buffer,
  filled: { encoders: Buffer; modes: Buffer; properties: Buffer; values: Buffer },
): Connector {
  // A display may have changed between the two calls: what was not filled does not count.
  const counts = connectorCounts(bytes);
  const type = bytes.readUInt32LE(52);
  const modes = Math.min(counts.modes, Math.floor(filled.modes.length / DrmSize.mode));
  const properties = Math.min(counts.properties, filled.properties.length / 4, filled.values.length / 8);
  return {
    id: bytes.readUInt32LE(48),
    type,
    name: `${CONNECTOR_NAMES[type] ?? "Unknown"}-${bytes.readUInt32LE(56)}`,
    state: (["connected", "disconnected"] as const)[bytes.readUInt32LE(60) - 1] ?? "unknown",
    mmWidth: bytes.readUInt32LE(64),
    mmHeight: bytes.readUInt32LE(68),
    modes: Array.from({ length: modes }, (_, index) =>
      parseMode(filled.modes.subarray(index * DrmSize.mode, (index + 1) * DrmSize.mode)),
    ),
    encoders: numbers(filled.encoders, counts.encoders),
    encoder: bytes.readUInt32LE(44),
    properties: new Map(
      Array.from({ length: properties }, (_, index) => [
        filled.properties.readUInt32LE(index * 4),
        Number(filled.values.readBigUInt64LE(index * 8)),
      ]),
    ),
  };
}

/** The first `count` numbers of a buffer of u32, as many as it has. */
export function numbers(bytes: Buffer, count: number): number[] {
  const length = Math.min(count, Math.floor(bytes.length / 4));
  return Array.from({ length }, (_, index) => bytes.readUInt32LE(index * 4));
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

export function askEncoder(id: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.encoder);
  bytes.writeUInt32LE(id, 0);
  return bytes;
}

export function parseEncoder(bytes: Buffer): Encoder {
  return { crtc: bytes.readUInt32LE(8), possibleCrtcs: bytes.readUInt32LE(12) };
}

export function askCrtc(id: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.crtc);
  bytes.writeUInt32LE(id, 12);
  return bytes;
}

export function parseCrtc(bytes: Buffer): CrtcState {
  return { mode: bytes.readUInt32LE(32) === 0 ? null : parseMode(bytes.subarray(36, 36 + DrmSize.mode)) };
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

export function askProperty(id: number): Buffer {
  const bytes = Buffer.alloc(DrmSize.property);
  bytes.writeUInt32LE(id, 16);
  return bytes;
}

/** struct drm_mode_connector_set_property. */
export function setProperty(connector: number, property: number, value: number): Buffer {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(BigInt(value), 0);
  bytes.writeUInt32LE(property, 8);
  bytes.writeUInt32LE(connector, 12);
  return bytes;
}

/** The name in struct drm_mode_get_property. */
export function propertyName(bytes: Buffer): string {
  const name = bytes.subarray(24, 56);
  const end = name.indexOf(0);
  return name.toString("latin1", 0, end < 0 ? name.length : end);
}
