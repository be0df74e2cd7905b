import { type DisplayMode, parseMode } from "./drm-mode.ts";
import { DrmSize, numbers, type Target } from "./drm-struct.ts";

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

/** Where a display is plugged in or soldered on, from struct drm_mode_get_connector. */
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

/** Memory for what a connector has several of. */
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

/** How many of each a connector has, from the answer to `askConnector`. */
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

/** struct drm_mode_get_property that asks for the name of a property. */
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
