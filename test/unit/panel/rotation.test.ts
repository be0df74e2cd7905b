import { describe, expect, test } from "vitest";
import { ROTATIONS } from "../../../src/menu/display.ts";
import { renderFrame } from "../../../src/panel/frame.ts";
import { fromPanel, toPanel, turnedGeometry, turnedPoint } from "../../../src/panel/rotation.ts";
import { ALL_VIEWS } from "../../fixtures/views.ts";

const PANEL = { width: 300, height: 500, mmWidth: 0, mmHeight: 0 };

describe("a panel that is turned", () => {
  test.each(ROTATIONS)("by %i degrees: what is drawn, turned back, is what stands upright", (rotation) => {
    const upright = turnedGeometry(PANEL, rotation);
    const view = ALL_VIEWS.powerScreen;
    const turned = renderFrame(
      { ...view, display: { ...view.display, rotation } },
      { ...PANEL, insets: { top: 20, right: 20, bottom: 20, left: 20 } },
    );
    expect([turned.width, turned.height]).toEqual([PANEL.width, PANEL.height]);
    // The same drawing, on a panel whose native shape is the turned one.
    const straight = renderFrame(view, {
      ...upright,
      insets: { top: 20, right: 20, bottom: 20, left: 20 },
    });
    if (rotation % 180 !== 0) expect([straight.width, straight.height]).toEqual([500, 300]);
    let off = 0;
    for (let y = 0; y < upright.height; y += 1)
      for (let x = 0; x < upright.width; x += 1) {
        const at = toPanel({ x, y, width: 1, height: 1 }, PANEL, rotation);
        const [a, b] = [(at.y * PANEL.width + at.x) * 4, (y * upright.width + x) * 4];
        if (Math.abs((turned.data[a] ?? 0) - (straight.data[b] ?? 0)) > 60) off += 1;
      }
    // Letters are smoothed along their lines, which a turn changes.
    expect(off / (PANEL.width * PANEL.height)).toBeLessThan(rotation === 0 ? 0.0001 : 0.02);
  });

  test.each(ROTATIONS)("by %i degrees: rectangles and fingers go there and back", (rotation) => {
    const rect = { x: 10, y: 20, width: 30, height: 40 };
    const there = toPanel(rect, PANEL, rotation);
    expect(fromPanel(there, PANEL, rotation)).toEqual(rect);
    const finger = turnedPoint(
      (there.x + there.width / 2) / PANEL.width,
      (there.y + there.height / 2) / PANEL.height,
      rotation,
    );
    const upright = turnedGeometry(PANEL, rotation);
    expect(finger.x * upright.width).toBeCloseTo(25);
    expect(finger.y * upright.height).toBeCloseTo(40);
  });

  test("a notch is where the panel has it, however what is drawn is turned", () => {
    const insets = { top: 90, right: 1, bottom: 2, left: 3 };
    const sides = ROTATIONS.map((rotation) => turnedGeometry({ ...PANEL, insets }, rotation).insets);
    expect(sides).toEqual([
      { top: 90, right: 1, bottom: 2, left: 3 },
      { left: 90, top: 1, right: 2, bottom: 3 },
      { bottom: 90, left: 1, top: 2, right: 3 },
      { right: 90, bottom: 1, left: 2, top: 3 },
    ]);
  });
});
