import { describe, expect, test } from "vitest";
import { damage } from "../../../src/panel/damage.ts";
import { measureText } from "../../../src/panel/draw.ts";
import { layOut } from "../../../src/panel/layout.ts";
import { strips } from "../../../src/panel/painter.ts";
import { ALL_VIEWS, PANELS } from "../../fixtures/views.ts";

const panel = PANELS[0];
const view = ALL_VIEWS.homeNormal;
const layout = layOut(view, panel, measureText);
const rows = (key: string) => {
  const block = layout.blocks.find((each) => each.key === key);
  return { y: block?.rect.y, rows: block?.rect.height };
};

describe("damage", () => {
  test("the first frame is all of the screen, the same frame again is nothing", () => {
    expect(damage(null, layout)).toEqual([{ y: 0, rows: 1440 }]);
    expect(damage(layout, layOut(view, panel, measureText))).toEqual([]);
  });

  test("a screen of another size is drawn anew", () => {
    expect(damage(layout, layOut(view, PANELS[1], measureText))).toEqual([{ y: 0, rows: 2340 }]);
  });

  test("a focus move redraws the two items and nothing else", () => {
    const far = layOut({ ...view, focus: 0 }, panel, measureText);
    expect(damage(layout, far)).toEqual([rows("item:slot:a"), rows("item:continue")]);
  });

  test("a countdown redraws its own line", () => {
    const [from, to] = [24, 23].map((left) =>
      layOut({ ...ALL_VIEWS.homeFallback, countdown: `Starting Slot B in ${left} s` }, panel, measureText),
    );
    if (from === undefined || to === undefined) throw new Error("no layouts");
    const line = from.blocks.find(({ key }) => key === "countdown")?.rect;
    expect(damage(from, to)).toEqual([{ y: line?.y, rows: line?.height }]);
  });

  test("a notice that goes away redraws where it was", () => {
    const shown = layOut({ ...view, notice: { tone: "good", text: "Done." } }, panel, measureText);
    const notice = shown.blocks.find(({ key }) => key === "notice")?.rect;
    const [band] = damage(shown, layout);
    expect(band?.y).toBeLessThanOrEqual(notice?.y ?? 0);
  });

  test("no band and no strip of a band has a single row", () => {
    const empty = { ...layout, blocks: [] };
    const dot = { key: "dot", rect: { x: 0, y: 1439, width: 1, height: 1 }, operations: [], clip: null };
    expect(damage(empty, { ...layout, blocks: [dot] })).toEqual([{ y: 1438, rows: 2 }]);
    expect(strips({ y: 10, rows: 201 }, 100)).toEqual([
      { y: 10, rows: 100 },
      { y: 110, rows: 99 },
      { y: 209, rows: 2 },
    ]);
    expect(strips({ y: 0, rows: 100 }, 100)).toEqual([{ y: 0, rows: 100 }]);
  });
});
