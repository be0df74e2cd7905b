import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { RGB565 } from "../../../src/bytes/pixel-format.ts";
import { HoldfastError } from "../../../src/domain/errors.ts";
import { checkFramebuffer, type FramebufferInfo, openFramebuffer } from "../../../src/linux/framebuffer.ts";
import { folderOfTest } from "../../fixtures/folder.ts";

const GOOD: FramebufferInfo = {
  width: 1024,
  height: 768,
  xOffset: 0,
  yOffset: 0,
  bitsPerPixel: 32,
  red: { offset: 16, length: 8 },
  green: { offset: 8, length: 8 },
  blue: { offset: 0, length: 8 },
  alpha: { offset: 24, length: 0 },
  mmWidth: 0,
  mmHeight: 0,
  id: "simple",
  memory: 1024 * 4 * 768,
  stride: 1024 * 4,
};

function refusal(change: Partial<FramebufferInfo>): string {
  try {
    checkFramebuffer("/dev/fb0", { ...GOOD, ...change });
  } catch (error) {
    expect(error).toBeInstanceOf(HoldfastError);
    expect((error as HoldfastError).kind).toBe("noDevice");
    return (error as HoldfastError).message;
  }
  return "";
}

describe("framebuffer checks", () => {
  test("an ordinary screen passes, with any order of its channels", () => {
    expect(refusal({})).toBe("");
    expect(refusal({ red: { offset: 0, length: 8 }, blue: { offset: 16, length: 8 } })).toBe("");
    expect(refusal({ stride: 8192, memory: 8192 * 768 })).toBe("");
    expect(refusal({ ...RGB565, stride: 2048, memory: 2048 * 768 })).toBe("");
  });

  test.each([
    ["0x0 pixels", { width: 0, height: 0 }],
    ["1024x0 pixels", { height: 0 }],
    ["8 bits per pixel", { bitsPerPixel: 8 }],
    ["red has 8 bits at bit 16", { bitsPerPixel: 16 }],
    ["red has 10 bits at bit 23", { red: { offset: 23, length: 10 } }],
    ["a row has 4095 bytes", { stride: 4095 }],
    ["need at least 4104", { xOffset: 2 }],
    ["3145727 bytes of memory", { memory: 1024 * 4 * 768 - 1 }],
    ["needs 6291456", { yOffset: 768 }],
  ] as const)("a screen is refused with its numbers: %s", (found, change) => {
    expect(refusal(change)).toContain(found);
    expect(refusal(change)).toContain("/dev/fb0 (simple)");
  });

  test("a path that is no framebuffer is named with what is wrong with it", () => {
    const file = join(folderOfTest("fb"), "fb0");
    expect(() => openFramebuffer(file)).toThrow(/fb0: cannot open the framebuffer: ENOENT/);
    writeFileSync(file, "x");
    expect(() => openFramebuffer(file)).toThrow(/fb0: not a framebuffer: .*FBIOGET_VSCREENINFO.*ENOTTY/);
  });
});
