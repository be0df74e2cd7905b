import { describe, expect, test } from "vitest";
import { clipRects, hasFlipped, parseDumb, parseMapOffset } from "../../../src/bytes/drm-buffer.ts";
import { parseEncoder, resourceCounts } from "../../../src/bytes/drm-card.ts";
import {
  askConnector,
  connectorCounts,
  parseConnector,
  propertyName,
} from "../../../src/bytes/drm-connector.ts";
import { parseCrtc, parseMode, setCrtc } from "../../../src/bytes/drm-mode.ts";
import { DrmSize } from "../../../src/bytes/drm-struct.ts";
import { crtcsToTry, modesToTry, suitability } from "../../../src/panel/drm-output.ts";
import { connector } from "../../fixtures/connectors.ts";
import { fuzz } from "../../fixtures/fuzz.ts";

/** struct drm_mode_modeinfo of 1080x2340 at 60 Hz, preferred, as msm reports a DSI panel. */
function modeBytes(width = 1080, height = 2340, type = 0x48): Buffer {
  const bytes = Buffer.alloc(DrmSize.mode);
  bytes.writeUInt16LE(width, 4);
  bytes.writeUInt16LE(height, 14);
  bytes.writeUInt32LE(60, 24);
  bytes.writeUInt32LE(type, 32);
  bytes.write(`${width}x${height}`, 36, "latin1");
  return bytes;
}

/** struct drm_mode_get_connector of DSI-1 with so many of each. */
function connectorBytes(modes: number, properties: number): Buffer {
  const bytes = askConnector(32, null);
  bytes.writeUInt32LE(modes, 32);
  bytes.writeUInt32LE(properties, 36);
  bytes.writeUInt32LE(1, 40);
  bytes.writeUInt32LE(31, 44);
  for (const [index, value] of [16, 1, 1, 68, 148].entries()) bytes.writeUInt32LE(value, 52 + index * 4);
  return bytes;
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32LE(value, index * 4);
  return bytes;
}

describe("structures of drm_mode.h", () => {
  test("a connector with its mode and its properties", () => {
    const bytes = connectorBytes(1, 2);
    const values = Buffer.alloc(16);
    values.writeBigUInt64LE(3n, 8);
    const filled = { encoders: words(31), modes: modeBytes(), properties: words(2, 41), values };
    expect(connectorCounts(bytes)).toEqual({ modes: 1, properties: 2, encoders: 1 });
    expect(parseConnector(bytes, filled)).toEqual({
      id: 32,
      type: 16,
      name: "DSI-1",
      state: "connected",
      mmWidth: 68,
      mmHeight: 148,
      modes: [{ width: 1080, height: 2340, refresh: 60, preferred: true, bytes: modeBytes() }],
      encoders: [31],
      encoder: 31,
      properties: new Map([
        [2, 0],
        [41, 3],
      ]),
    });
  });

  test("a display that got more modes between the two calls shows only those that were filled", () => {
    const none = { encoders: words(), modes: Buffer.alloc(0), properties: words(), values: Buffer.alloc(0) };
    const connector = parseConnector(connectorBytes(200, 9), none);
    expect([connector.modes, connector.encoders, connector.properties.size]).toEqual([[], [], 0]);
  });

  test("a type and a state that no kernel of today has are unknown", () => {
    const bytes = connectorBytes(0, 0);
    bytes.writeUInt32LE(99, 52);
    bytes.writeUInt32LE(7, 60);
    const none = { encoders: words(), modes: Buffer.alloc(0), properties: words(), values: Buffer.alloc(0) };
    expect(parseConnector(bytes, none)).toMatchObject({ name: "Unknown-1", state: "unknown" });
  });

  test("a mode goes back to the kernel as it came", () => {
    const mode = parseMode(modeBytes(720, 1440, 0x40));
    expect(mode).toMatchObject({ width: 720, height: 1440, refresh: 60, preferred: false });
    const crtc = setCrtc(51, 77, mode, 0x7fff_0000_1000n);
    expect(crtc.subarray(36)).toEqual(modeBytes(720, 1440, 0x40));
    expect(crtc.readBigUInt64LE(0)).toBe(0x7fff_0000_1000n);
    expect([8, 12, 16, 20, 24, 32].map((at) => crtc.readUInt32LE(at))).toEqual([1, 51, 77, 0, 0, 1]);
    expect(parseCrtc(crtc)).toEqual({ mode, framebuffer: 77 });
    expect(parseCrtc(Buffer.alloc(DrmSize.crtc)).mode).toBeNull();
  });

  test("a dumb buffer's rows may be longer than its pixels", () => {
    const bytes = Buffer.alloc(DrmSize.createDumb);
    bytes.writeUInt32LE(5, 16);
    bytes.writeUInt32LE(4352, 20);
    bytes.writeBigUInt64LE(10_183_680n, 24);
    expect(parseDumb(bytes)).toEqual({ handle: 5, stride: 4352, size: 10_183_680 });
  });

  test("rows are rectangles over the whole width", () => {
    const bytes = clipRects(
      [
        { y: 10, rows: 20 },
        { y: 2000, rows: 340 },
      ],
      1080,
    );
    expect([...new Uint16Array(bytes.buffer, bytes.byteOffset, 8)]).toEqual([
      ...[0, 10, 1080, 30],
      ...[0, 2000, 1080, 2340],
    ]);
  });

  test("a flip is found behind other events; a length that cannot be ends the search", () => {
    const event = (type: number, length = 32) => Buffer.concat([words(type, length), Buffer.alloc(24)]);
    expect(hasFlipped(Buffer.concat([event(1), event(2)]))).toBe(true);
    expect(hasFlipped(event(1))).toBe(false);
    expect(hasFlipped(Buffer.concat([event(1, 0), event(2)]))).toBe(false);
    expect(hasFlipped(Buffer.alloc(0))).toBe(false);
  });

  test("a property's name, with and without a NUL", () => {
    const bytes = Buffer.alloc(DrmSize.property);
    bytes.write("panel orientation", 24, "latin1");
    expect(propertyName(bytes)).toBe("panel orientation");
    bytes.fill("x", 24, 56);
    expect(propertyName(bytes)).toBe("x".repeat(32));
  });
});

describe("whatever a driver answers", () => {
  /** As the kernel does, which never answers more or less than was asked for. */
  const sized = (bytes: Buffer, size: number) => Buffer.concat([bytes, Buffer.alloc(size)], size);
  const part = (bytes: Buffer, from: number, size: number) => sized(bytes.subarray(from), size);

  fuzz("a connector", [Buffer.concat([connectorBytes(1, 1), modeBytes(), words(31, 2, 0, 0)])], (bytes) => {
    const properties = bytes[0] === 0 ? 0 : 1;
    const found = parseConnector(part(bytes, 0, DrmSize.connector), {
      modes: part(bytes, DrmSize.connector, DrmSize.mode),
      encoders: part(bytes, 148, 4),
      properties: part(bytes, 152, properties * 4),
      values: part(bytes, 156, properties * 8),
    });
    expect(found.modes.length).toBeLessThanOrEqual(1);
    expect(suitability(found)).toBeOneOf([null, 0, 1, 2]);
    for (const mode of modesToTry(found, null)) expect(mode.width * mode.height).toBeGreaterThan(0);
    propertyName(part(bytes, 0, DrmSize.property));
    hasFlipped(bytes);
  });

  fuzz("the other structures", [words(51, 1, 52, 7, 5, 4352, 10_183_680, 0, 1, 60)], (bytes) => {
    const encoder = parseEncoder(sized(bytes, DrmSize.encoder));
    const crtcs = crtcsToTry(connector({ encoder: 31 }), new Map([[31, encoder]]), [51, 52]);
    expect(crtcs.length).toBeLessThanOrEqual(2);
    parseCrtc(sized(bytes, DrmSize.crtc));
    parseMode(sized(bytes, DrmSize.mode));
    parseDumb(sized(bytes, DrmSize.createDumb));
    parseMapOffset(sized(bytes, DrmSize.mapDumb));
    resourceCounts(sized(bytes, DrmSize.resources));
  });
});
