import { expect, test } from "vitest";
import { matrixTable } from "../../vm/matrix.ts";

test("machines go down, inputs across; what was not tried in the run stays there, and blank", () => {
  const table = matrixTable([
    { place: "x64 virtio-gpu, DRM", inputs: ["touch B", "keyboard"] },
    { place: "arm64 virtio-gpu, fbdev", inputs: ["keyboard"] },
    { place: "x64 virtio-gpu, DRM", inputs: ["gamepad"] },
  ]);
  const [head = "", ...rows] = table.split("\n");
  const cell = (place: string, input: string) => {
    const row = rows.find((each) => each.startsWith(place)) ?? "no such row";
    const at = head.indexOf(input);
    return row.slice(at, at + input.length).trim();
  };
  expect(rows.length).toBeGreaterThan(2);
  for (const input of ["touch B", "keyboard", "gamepad"])
    expect(cell("x64 virtio-gpu, DRM", input)).toBe("yes");
  expect(cell("x64 virtio-gpu, DRM", "touch A")).toBe("");
  expect(cell("arm64 virtio-gpu, fbdev", "keyboard")).toBe("yes");
  expect(cell("x64 bochs, fbdev", "keyboard")).toBe("");
});
