import { expect, test } from "vitest";
import { matrixTable } from "../../vm/matrix.ts";

test("displays go down, inputs across, and what was not tried stays blank", () => {
  expect(
    matrixTable([
      { arch: "x64", display: "virtio-gpu, DRM", inputs: ["touch", "keys"] },
      { arch: "arm64", display: "virtio-gpu, fbdev", inputs: ["keys"] },
      { arch: "x64", display: "virtio-gpu, DRM", inputs: ["gamepad"] },
    ]).split("\n"),
  ).toEqual([
    "display                  gamepad  keys  touch",
    "arm64 virtio-gpu, fbdev           yes",
    "x64 virtio-gpu, DRM      yes      yes   yes",
  ]);
});
