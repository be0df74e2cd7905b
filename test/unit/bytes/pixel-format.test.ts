import { describe, expect, test } from "vitest";
import {
  type Channel,
  formatFault,
  type PixelFormat,
  pixelConverter,
  plainOrder,
  RGB565,
  XRGB8888,
} from "../../../src/bytes/pixel-format.ts";

const bits = (offset: number, length: number): Channel => ({ offset, length });

function format(bitsPerPixel: number, red: Channel, green: Channel, blue: Channel, alpha = bits(0, 0)) {
  return { bitsPerPixel, red, green, blue, alpha } satisfies PixelFormat;
}

const byte = (offset: number): Channel => bits(offset, 8);
const XBGR8888 = format(32, byte(0), byte(8), byte(16));
const RGBA8888 = format(32, byte(24), byte(16), byte(8), byte(0));
const BGRX8888 = format(32, byte(8), byte(16), byte(24));
const XRGB2101010 = format(32, bits(20, 10), bits(10, 10), bits(0, 10));
const RGB888 = format(24, byte(16), byte(8), byte(0));
const ARGB1555 = format(16, bits(10, 5), bits(5, 5), bits(0, 5), bits(15, 1));
const BGR565 = format(16, bits(0, 5), bits(5, 6), bits(11, 5));

/** Black, white, red, green, blue, and a mix whose levels are not whole in fewer bits. */
const PIXELS = Buffer.from(
  "000000ff ffffffff ff0000ff 00ff00ff 0000ffff 123456ff".replaceAll(" ", ""),
  "hex",
);

describe("pixels of a screen", () => {
  test.each([
    ["RGB565", RGB565, "0000 ffff 00f8 e007 1f00 aa11"],
    ["BGR565", BGR565, "0000 ffff 1f00 e007 00f8 a251"],
    ["ARGB1555, opaque", ARGB1555, "0080 ffff 00fc e083 1f80 ca88"],
    ["RGB888, three bytes", RGB888, "000000 ffffff 0000ff 00ff00 ff0000 563412"],
    ["XRGB8888", XRGB8888, "00000000 ffffff00 0000ff00 00ff0000 ff000000 56341200"],
    ["XBGR8888", XBGR8888, "00000000 ffffff00 ff000000 00ff0000 0000ff00 12345600"],
    ["RGBA8888, opaque", RGBA8888, "ff000000 ffffffff ff0000ff ff00ff00 ffff0000 ff563412"],
    ["BGRX8888", BGRX8888, "00000000 00ffffff 00ff0000 0000ff00 000000ff 00123456"],
    ["XRGB2101010", XRGB2101010, "00000000 ffffff3f 0000f03f 00fc0f00 ff030000 59458304"],
  ] as const)("%s", (_name, target, expected) => {
    expect(pixelConverter(target)(PIXELS).toString("hex")).toBe(expected.replaceAll(" ", ""));
  });

  test("all that have three channels in 32 bits come out where their bits are", () => {
    for (const [red, green, blue] of [
      [0, 8, 16],
      [8, 0, 16],
      [16, 24, 0],
      [24, 8, 16],
    ] as const) {
      const [word] = new Uint32Array(
        pixelConverter(format(32, byte(red), byte(green), byte(blue)))(Buffer.from([1, 2, 3, 255])).buffer,
      );
      expect(word).toBe(((1 << red) | (2 << green) | (3 << blue)) >>> 0);
    }
  });

  test("a strip that is higher than the one before has room, and one that is lower leaves nothing behind", () => {
    const convert = pixelConverter(RGB565);
    expect(convert(Buffer.alloc(400_000, 0xff)).length).toBe(200_000);
    expect(convert(PIXELS).toString("hex")).toBe("0000ffff00f8e0071f00aa11");
  });

  test("only the two usual orders of bytes need no conversion", () => {
    expect(plainOrder(XRGB8888)).toBe("bgr");
    expect(plainOrder({ ...XRGB8888, alpha: byte(24) })).toBe("bgr");
    expect(plainOrder(XBGR8888)).toBe("rgb");
    for (const other of [RGBA8888, BGRX8888, XRGB2101010, RGB888, RGB565, ARGB1555])
      expect(plainOrder(other)).toBeNull();
  });

  test.each([
    ["8 bits per pixel", format(8, byte(0), byte(0), byte(0))],
    ["red has 0 bits at bit 16", { ...XRGB8888, red: bits(16, 0) }],
    ["blue has 17 bits at bit 0", { ...XRGB8888, blue: bits(0, 17) }],
    ["green has 8 bits at bit 12", { ...RGB565, green: byte(12) }],
    ["red has 4294967295 bits", { ...XRGB8888, red: bits(0, 0xffffffff) }],
    ["green has 8 bits at bit 16", { ...XRGB8888, green: byte(16) }],
    ["alpha has 8 bits at bit 16", { ...XRGB8888, alpha: byte(16) }],
  ])("what cannot be is refused: %s", (found, fault) => {
    expect(formatFault(fault)?.found).toContain(found);
  });

  test("what screens have is not", () => {
    for (const each of [XRGB8888, XBGR8888, RGBA8888, XRGB2101010, RGB888, RGB565, ARGB1555])
      expect(formatFault(each)).toBeNull();
  });
});
