import { describe, expect, test } from "vitest";
import type { DisplayChoice } from "../../../src/menu/display.ts";
import { measureText } from "../../../src/panel/draw.ts";
import { renderFrame } from "../../../src/panel/frame.ts";
import { layOut } from "../../../src/panel/layout.ts";
import { menuScreens } from "../../fixtures/menu-screens.ts";
import { homeWith, PANELS, SMALL_PANEL, view as viewWith } from "../../fixtures/views.ts";
import { arabicSettings, shownWith, WIDGET_VIEWS } from "../../fixtures/widget-views.ts";
import { compare, SHARE_TOLERANCE } from "../../golden/compare.ts";
import { readGolden, writeGolden } from "../../golden/files.ts";

/** UPDATE_GOLDEN=1 writes the frames anew; look at each before it is committed. */
const UPDATE = process.env.UPDATE_GOLDEN === "1";

interface Size {
  readonly width: number;
  readonly height: number;
}
const PHONE = PANELS[0];
const NO_VIEW = viewWith({ title: "no such screen" });
const PICTURES: readonly {
  readonly panel: Size;
  readonly choice: Partial<DisplayChoice>;
  readonly screens: readonly string[];
}[] = [
  {
    panel: PHONE,
    choice: {},
    screens: [
      "home",
      "homeFallback",
      "homeStuck",
      "homeSystems",
      "slot",
      "developer",
      "resetHold",
      "log",
      "entry",
      "progress",
    ],
  },
  { panel: PANELS[1], choice: {}, screens: ["home", "homeFallback", "homeSystems", "resetPreview"] },
  { panel: PANELS[2], choice: {}, screens: ["home", "homeSystems", "compare"] },
  { panel: { width: 1440, height: 1440 }, choice: { theme: "high-contrast" }, screens: ["home"] },
  { panel: PHONE, choice: { textSize: "largest", rotation: 90 }, screens: ["slot"] },
];

const CASES = PICTURES.flatMap(({ panel, choice, screens }) => {
  const views = menuScreens(choice);
  const wishes = Object.values(choice)
    .map((value) => `-${value}`)
    .join("");
  return screens.map((screen) => ({
    name: `${screen}${wishes}`,
    view: views[screen] ?? NO_VIEW,
    panel: { ...panel, mmWidth: 0, mmHeight: 0 },
    size: `${panel.width}x${panel.height}`,
  }));
});

/** From right to left, with texts that do not change with the menu's. */
const MIRRORED = Object.entries({ arabic: arabicSettings, log: WIDGET_VIEWS.logScreen }).map(
  ([name, view]) => ({
    name: `${name}-mirrored`,
    view: shownWith(view, { locale: "ar" }),
    panel: SMALL_PANEL,
    size: "480x800",
  }),
);

describe("golden frames", () => {
  test.each([...CASES, ...MIRRORED])(
    "$name at $size looks as it was approved",
    async ({ name, view, panel }) => {
      const frame = renderFrame(view, panel);
      if (UPDATE) writeGolden(name, layOut(view, panel, measureText));
      const { share } = compare(frame, await readGolden(name, panel));
      expect(share).toBeLessThanOrEqual(SHARE_TOLERANCE);
    },
  );

  test.each(PANELS)("another health of one slot fails the comparison at $width x $height", (panel) => {
    const golden = renderFrame(homeWith("trying"), panel);
    expect(compare(renderFrame(homeWith("trying"), panel), golden).same).toBe(true);
    for (const health of ["good", "bad", "unknown", "empty"] as const)
      expect(compare(renderFrame(homeWith(health), panel), golden).same, health).toBe(false);
  });

  test("a frame of another size is never the same", async () => {
    const golden = await readGolden("home", PHONE);
    expect(compare({ ...golden, width: golden.height, height: golden.width }, golden).same).toBe(false);
  });

  test("less than the tolerance passes and more fails", () => {
    const golden = { width: 100, height: 100, data: new Uint8Array(40_000) };
    const off = (pixels: number, by: number) => {
      const data = new Uint8Array(40_000);
      for (let pixel = 0; pixel < pixels; pixel += 1) data[pixel * 4 + 1] = by;
      return compare({ ...golden, data }, golden).same;
    };
    expect([off(50, 9), off(51, 9), off(10_000, 8)]).toEqual([true, false, true]);
  });
});
