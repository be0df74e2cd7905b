import { describe, expect, test } from "vitest";
import { damage } from "../../../src/panel/damage.ts";
import { measureText } from "../../../src/panel/draw.ts";
import { layOut } from "../../../src/panel/layout.ts";
import type { Operation } from "../../../src/panel/operation.ts";
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

  test("no field of anything that is drawn can change without being drawn again", () => {
    const rect = { x: 10, y: 10, width: 20, height: 20 };
    const style = { size: 10, weight: 400 } as const;
    const drawn: Operation[] = [
      { kind: "box", rect, radius: 2, fill: "text", border: { color: "line", width: 1 } },
      { kind: "text", rect, baseline: 20, text: "one", style, color: "text", rtl: false },
      { kind: "icon", rect, name: "dot", color: "text", flipped: false },
      { kind: "ring", rect, share: 0.5, width: 2, color: "danger", track: "track" },
      { kind: "fade", rect, from: "top", color: "background" },
    ];
    const sheet = (operation: Operation) => ({
      ...layout,
      blocks: [{ key: "one", rect: { ...rect, x: 0, width: 100 }, operations: [operation], clip: rect }],
    });
    for (const operation of drawn) {
      expect(damage(sheet(operation), sheet(structuredClone(operation)))).toEqual([]);
      for (const other of variations(operation) as Operation[])
        expect(damage(sheet(operation), sheet(other)), JSON.stringify(other)).not.toEqual([]);
    }
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

/** The value with each of its leaves changed, one at a time. */
function variations(value: unknown): unknown[] {
  if (typeof value === "number") return [value + 1];
  if (typeof value === "boolean") return [!value];
  if (typeof value !== "object" || value === null) return [`${value}!`];
  return Object.entries(value).flatMap(([key, each]) =>
    variations(each).map((other) => ({ ...value, [key]: other })),
  );
}
