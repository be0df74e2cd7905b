import { describe, expect, test } from "vitest";
import { THEMES } from "../../../src/menu/display.ts";
import { measureText } from "../../../src/panel/draw.ts";
import { intersection } from "../../../src/panel/geometry.ts";
import { ICONS, iconForKey } from "../../../src/panel/icons.ts";
import { layOut } from "../../../src/panel/layout.ts";
import { paletteFor, TEXT_PAIRS } from "../../../src/panel/theme.ts";
import { ALL_VIEWS, homeThreeLong, PANELS } from "../../fixtures/views.ts";
import { WIDGET_VIEWS } from "../../fixtures/widget-views.ts";

/** Relative luminance of "#rrggbb" (WCAG 2). */
function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const colors = paletteFor("dark", "rgb");
const CASES = THEMES.flatMap((theme) => TEXT_PAIRS.map(([ink, ground]) => [theme, ink, ground] as const));

describe("theme", () => {
  test.each(CASES)("%s: %s on %s has a contrast of at least 7:1", (theme, ink, ground) => {
    const colors = paletteFor(theme, "rgb");
    expect(contrast(colors[ink], colors[ground])).toBeGreaterThanOrEqual(7);
  });

  test.each(THEMES)(
    "%s: the ring of the focus, dots and switches stand out from their grounds by 3:1",
    (theme) => {
      const colors = paletteFor(theme, "rgb");
      for (const ground of ["background", "surface", "surfaceFocus"] as const)
        expect(contrast(colors.accent, colors[ground])).toBeGreaterThanOrEqual(3);
      expect(contrast(colors.dotOff, colors.background)).toBeGreaterThanOrEqual(3);
    },
  );

  test("every text that is drawn stands on a ground that its contrast was computed for", () => {
    const known = new Set(TEXT_PAIRS.map(([ink, ground]) => `${ink} on ${ground}`));
    for (const view of [...Object.values(ALL_VIEWS), ...Object.values(WIDGET_VIEWS), homeThreeLong])
      for (const { operations } of layOut(view, PANELS[0], measureText).blocks)
        for (const [index, text] of operations.entries()) {
          if (text.kind !== "text") continue;
          const grounds = operations
            .slice(0, index)
            .filter(
              (each) =>
                each.kind === "box" &&
                each.fill !== null &&
                intersection(each.rect, text.rect).width > 0 &&
                intersection(each.rect, text.rect).height > 0,
            );
          const ground = grounds.at(-1);
          const fill = ground?.kind === "box" ? ground.fill : "background";
          expect(known, text.text).toContain(`${text.color} on ${fill}`);
        }
  });

  test("swapped colours have red and blue exchanged and nothing else", () => {
    const swapped = paletteFor("dark", "bgr");
    expect(Object.keys(swapped)).toEqual(Object.keys(colors));
    expect([colors.danger, swapped.danger]).toEqual(["#ffaba3", "#a3abff"]);
  });
});

describe("icons", () => {
  test("every action of the menu has its own sign", () => {
    for (const { items } of Object.values(ALL_VIEWS))
      for (const item of items)
        if (item.card === null) expect(iconForKey(item.key), item.key).not.toBe("dot");
  });

  test("an unknown action has a plain one", () => {
    expect(iconForKey("something-new")).toBe("dot");
    expect(ICONS.dot).toBeDefined();
  });
});
