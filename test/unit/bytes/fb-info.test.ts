import { describe, expect, test } from "vitest";
import { FIX_INFO_SIZE, parseFixInfo, parseVarInfo, VAR_INFO_SIZE } from "../../../src/bytes/fb-info.ts";

function words(size: number, values: Readonly<Record<number, number>>): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, value] of Object.entries(values)) bytes.writeUInt32LE(value, Number(at));
  return bytes;
}

describe("screen information", () => {
  test("variable part of a DRM driver's 720x1440 screen", () => {
    const info = parseVarInfo(
      words(VAR_INFO_SIZE, {
        0: 720,
        4: 1440,
        8: 720,
        12: 2880,
        16: 2,
        20: 1440,
        24: 32,
        32: 16,
        36: 8,
        44: 8,
        48: 8,
        56: 0,
        60: 8,
        68: 24,
        88: 136,
        92: 68,
      }),
    );
    expect(info).toEqual({
      width: 720,
      height: 1440,
      xOffset: 2,
      yOffset: 1440,
      bitsPerPixel: 32,
      red: { offset: 16, length: 8 },
      green: { offset: 8, length: 8 },
      blue: { offset: 0, length: 8 },
      alpha: { offset: 24, length: 0 },
      mmWidth: 68,
      mmHeight: 136,
    });
  });

  test("unknown millimetres, which the kernel writes as -1, read 0", () => {
    const info = parseVarInfo(words(VAR_INFO_SIZE, { 88: 0xffffffff, 92: 0xffffffff }));
    expect([info.mmWidth, info.mmHeight]).toEqual([0, 0]);
  });

  test("fixed part: name up to its NUL, memory and bytes per row", () => {
    const bytes = words(FIX_INFO_SIZE, { 24: 4_718_592, 48: 3072 });
    bytes.write("bochs-drmdrmfb\0x", 0, "latin1");
    expect(parseFixInfo(bytes)).toEqual({ id: "bochs-drmdrmfb", memory: 4_718_592, stride: 3072 });
  });

  test("a name that fills its field has no NUL and is read whole", () => {
    const bytes = Buffer.alloc(FIX_INFO_SIZE);
    bytes.write("0123456789abcdef", 0, "latin1");
    expect(parseFixInfo(bytes).id).toBe("0123456789abcdef");
  });
});
