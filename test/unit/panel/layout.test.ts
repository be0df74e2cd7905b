import { describe, expect, test } from "vitest";
import type { View } from "../../../src/menu/view.ts";
import { AT_REST } from "../../../src/panel/content.ts";
import { measureText } from "../../../src/panel/draw.ts";
import {
  type Geometry,
  intersection,
  MIN_TARGET,
  pixelsPerUnit,
  type Rect,
} from "../../../src/panel/geometry.ts";
import { layOut } from "../../../src/panel/layout.ts";
import type { Block, Layout, Operation } from "../../../src/panel/operation.ts";
import { turnedGeometry } from "../../../src/panel/rotation.ts";
import { menuScreens } from "../../fixtures/menu-screens.ts";
import { ALL_VIEWS, homeThreeLong, PANELS, SMALL_PANEL } from "../../fixtures/views.ts";
import { arabicSettings, shownWith, WIDGET_VIEWS } from "../../fixtures/widget-views.ts";

const noMillimetres = { mmWidth: 0, mmHeight: 0 };
const GEOMETRIES: Geometry[] = [
  ...PANELS,
  SMALL_PANEL,
  { width: 800, height: 480, ...noMillimetres },
  { width: 1024, height: 600, mmWidth: 154, mmHeight: 90 },
  { width: 1280, height: 800, mmWidth: 217, mmHeight: 136 },
  { width: 1920, height: 1080, ...noMillimetres },
  { width: 320, height: 480, ...noMillimetres },
  { width: 1440, height: 1440, ...noMillimetres },
  { width: 2160, height: 3840, mmWidth: 80, mmHeight: 142 },
  { width: 720, height: 1600, ...noMillimetres, insets: { top: 90, right: 40, bottom: 60, left: 40 } },
  { width: 240, height: 240, ...noMillimetres },
];
/** Every text that a person reads, five times as long. */
function fiveTimes(view: View): View {
  const long = (value: unknown, name = ""): unknown => {
    if (Array.isArray(value)) return value.map((each) => long(each));
    if (typeof value === "string") return UNREAD.has(name) ? value : Array(5).fill(value).join(" ");
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => [key, key === "display" ? each : long(each, key)]),
    );
  };
  return long(view) as View;
}
/** Names that are no text, and the clock, which is never longer. */
const UNREAD = new Set(["key", "tone", "kind", "role", "screen", "id", "health", "focus", "clock"]);

const MENU = menuScreens();
const LONG_VIEWS = Object.fromEntries(
  Object.entries(MENU).map(([name, view]) => [`${name}, five times as long,`, fiveTimes(view)]),
);

const VIEWS: Record<string, View> = {
  ...ALL_VIEWS,
  ...WIDGET_VIEWS,
  homeThreeLong,
  arabic: shownWith(arabicSettings, { locale: "ar" }),
  mirroredLog: shownWith(WIDGET_VIEWS.logScreen, { locale: "ar", theme: "high-contrast" }),
  largest: shownWith(ALL_VIEWS.slotDetails, { textSize: "largest" }),
  turned: shownWith(ALL_VIEWS.homeFallback, { rotation: 90 }),
};
/** Sizes that differ most: the menu's own screens, long ones too, are held to these. */
const EXTREMES: Geometry[] = [
  PANELS[1],
  PANELS[2],
  SMALL_PANEL,
  { width: 1440, height: 1440, ...noMillimetres },
  { width: 240, height: 240, ...noMillimetres },
];
const CASES = [
  ...GEOMETRIES.flatMap((geometry) => casesOf(VIEWS, geometry)),
  ...EXTREMES.flatMap((geometry) => casesOf({ ...MENU, ...LONG_VIEWS }, geometry)),
];

function casesOf(views: Record<string, View>, geometry: Geometry) {
  const size = `${geometry.width}x${geometry.height}`;
  return Object.entries(views).map(([name, view]) => ({ name, view, geometry, size }));
}

/** The layout with the focus on each enabled item in turn, as a person walks through the list. */
function walk(view: View, geometry: Geometry): { view: View; layout: Layout }[] {
  let scroll = 0;
  return view.items.flatMap((item, focus) => {
    if (!item.enabled) return [];
    const focused = { ...view, focus };
    const layout = layOut(focused, geometry, measureText, { ...AT_REST, scroll });
    scroll = layout.scroll;
    return [{ view: focused, layout }];
  });
}

function inside(rect: Rect, outer: Rect): boolean {
  const common = intersection(rect, outer);
  return common.width === rect.width && common.height === rect.height;
}

function overlaps(a: Rect, b: Rect): boolean {
  const common = intersection(a, b);
  return common.width > 0 && common.height > 0;
}

const solid = (layout: Layout): Block[] => layout.blocks.filter(({ key }) => !key.startsWith("fade:"));

/** What must not lie over another: letters and signs, but for the sign in a ring or on a switch. */
function marksOf({ operations }: Block): Operation[] {
  const grounds = operations.filter(({ kind }) => kind === "box" || kind === "ring").slice(1);
  return operations.filter((mark) => {
    if (mark.kind !== "icon") return mark.kind === "text";
    return !grounds.some(({ rect }) => inside(mark.rect, rect));
  });
}

/** The edges that stay free, as a panel says or its size. */
function innerOf(geometry: Geometry, layout: Layout): Rect {
  const edge = Math.floor(Math.min(geometry.width, geometry.height) * 0.04) - 1;
  const { top, right, bottom, left } = turnedGeometry(geometry, layout.rotation).insets ?? {
    top: edge,
    right: edge,
    bottom: edge,
    left: edge,
  };
  return { x: left, y: top, width: layout.width - left - right, height: layout.height - top - bottom };
}

describe.each(CASES)("$name at $size", ({ view, geometry }) => {
  const steps = walk(view, geometry);

  test("everything stays on the panel, away from its edges and from what they hide", () => {
    for (const { layout } of steps)
      for (const block of solid(layout)) {
        if (block.key === "scroll") continue;
        const inner = innerOf(geometry, layout);
        expect(inside(block.rect, inner), `${block.key} ${JSON.stringify(block.rect)}`).toBe(true);
      }
  });

  test("every operation stays inside its block", () => {
    for (const { layout } of steps)
      for (const block of solid(layout)) {
        const whole = block.clip === null ? block.rect : { ...block.rect, y: -1e6, height: 2e6 };
        const slack = {
          ...whole,
          x: whole.x - pixelsPerUnit(geometry) * 7,
          width: whole.width + pixelsPerUnit(geometry) * 14,
        };
        for (const operation of block.operations)
          expect(inside(operation.rect, slack), `${block.key} ${JSON.stringify(operation)}`).toBe(true);
      }
  });

  test("no block lies over another, and no text or sign over another in its block", () => {
    for (const { layout } of steps) {
      const blocks = solid(layout);
      for (const [index, block] of blocks.entries()) {
        for (const other of blocks.slice(index + 1))
          expect(overlaps(block.rect, other.rect), `${block.key} and ${other.key}`).toBe(false);
        const marks = marksOf(block);
        for (const [at, mark] of marks.entries())
          for (const other of marks.slice(at + 1))
            expect(overlaps(mark.rect, other.rect), JSON.stringify([mark, other])).toBe(false);
      }
    }
  });

  test("the focused item is seen whole and what can be touched is at least 9 mm high and wide", () => {
    const least = Math.floor(MIN_TARGET * pixelsPerUnit(geometry));
    for (const { view: focused, layout } of steps) {
      const key = focused.items[focused.focus]?.key;
      if (focused.entry !== null) continue;
      const target = layout.targets.find((each) => each.key === key);
      const block = layout.blocks.find((each) => each.key === `item:${key}`);
      const frame = block?.operations[0];
      const viewport = block?.clip?.height ?? Number.POSITIVE_INFINITY;
      expect(target?.rect.height).toBe(Math.min(frame?.rect.height ?? -1, viewport));
      expect(target?.rect.height).toBeGreaterThanOrEqual(Math.min(least, viewport));
      expect(target?.rect.width).toBeGreaterThanOrEqual(least);
      expect(frame).toMatchObject({ kind: "box", border: { color: "accent" } });
    }
  });

  test("only the focused item has the ring", () => {
    for (const { layout } of steps) {
      const frames = layout.blocks
        .filter(({ key }) => /^(item|key):/.test(key))
        .map((each) => each.operations[0]);
      const rings = frames.filter((frame) => frame?.kind === "box" && frame.border?.color === "accent");
      expect(rings.length).toBeLessThanOrEqual(1);
      if (view.entry?.isHere !== false) expect(rings).toHaveLength(1);
    }
  });
});

describe("layout", () => {
  test("the slots and the way on are seen without scrolling on all golden panels", () => {
    for (const geometry of PANELS)
      for (const view of [ALL_VIEWS.homeNormal, ALL_VIEWS.homeFallback, ALL_VIEWS.homeBothBad])
        for (const key of ["slot:a", "slot:b", "continue"])
          expect(layOut(view, geometry, measureText).targets.map((target) => target.key)).toContain(key);
  });

  describe("of a square panel", () => {
    const square = { width: 1440, height: 1440, ...noMillimetres };
    const rectOf = (view: View, key: string) =>
      layOut(view, square, measureText).blocks.find((block) => block.key === key)?.rect;

    test.each(["en", "de", "ar"] as const)(
      "shows both slots whole beside each other at first: %s",
      (locale) => {
        const { home } = menuScreens({ locale });
        if (home === undefined) throw new Error("there is no home screen");
        expect(layOut(home, square, measureText).scroll).toBe(0);
        const [a, b] = [rectOf(home, "item:slot:a"), rectOf(home, "item:slot:b")];
        expect(b).toMatchObject({ y: a?.y, height: a?.height, width: a?.width });
        expect(rectOf(home, "item:continue")?.y).toBeGreaterThan((a?.y ?? 0) + (a?.height ?? 0));
      },
    );

    test("keeps the slots' names in sight behind a countdown: a piece of what follows is no reason to scroll", () => {
      const { homeFallback } = menuScreens({ locale: "de" });
      if (homeFallback === undefined) throw new Error("there is no fallback");
      expect(layOut(homeFallback, square, measureText).scroll).toBeLessThan(40);
    });

    test("stands names that have no room beside each other below each other", () => {
      const [row, card] = ["continue", "slot:a"].map((key) => {
        const focus = homeThreeLong.items.findIndex((item) => item.key === key);
        return rectOf({ ...homeThreeLong, focus }, `item:${key}`);
      });
      expect(card).toMatchObject({ x: row?.x, width: row?.width });
    });
  });

  test("a sentence from right to left begins at the right edge of a log, its bar before it", () => {
    const { compare } = menuScreens({ locale: "ar" });
    if (compare === undefined) throw new Error("there is no comparison");
    const log = layOut(compare, PANELS[0], measureText).blocks.find(({ key }) => key === "log");
    const rights = log?.operations.flatMap((each) =>
      each.kind === "text" ? [each.rect.x + each.rect.width] : [],
    );
    expect(new Set(rights).size).toBe(1);
    const bars = log?.operations.filter((each) => each.kind === "box" && each.fill === "warning");
    expect(bars?.[0]?.rect.x).toBeGreaterThan(rights?.[0] ?? 0);
  });

  test("a finger scrolls to both ends and no further", () => {
    const scrolled = (scroll: number) =>
      layOut(homeThreeLong, SMALL_PANEL, measureText, { ...AT_REST, scroll, follow: false });
    expect(scrolled(-50).scroll).toBe(0);
    const end = scrolled(1e9);
    expect(end.scroll).toBe(end.maxScroll);
    expect(end.blocks.find(({ key }) => key === "item:power")?.rect.height).toBeGreaterThan(0);
  });

  test("tries are drawn as dots, those that are left in the colour of the health", () => {
    const card = layOut(ALL_VIEWS.homeNormal, PANELS[0], measureText).blocks.find(
      ({ key }) => key === "item:slot:b",
    );
    const fills = card?.operations.flatMap((each) =>
      each.kind === "box" && each.rect.width === each.rect.height ? [each.fill] : [],
    );
    expect(fills).toEqual(["info", "info", "dotOff"]);
  });
});

describe("pixels per unit", () => {
  const of = (width: number, height: number, mmWidth = 0, mmHeight = 0) =>
    pixelsPerUnit({ width, height, mmWidth, mmHeight });

  test("believable millimetres count: a phone of 400 dpi", () => {
    expect(of(1080, 2340, 68, 148)).toBeCloseTo(403 / 160, 1);
  });

  test("made-up ones do not: 96 dpi of an emulator, 1 mm, a ratio that is not the pixels'", () => {
    expect(of(1080, 2340, 286, 619)).toBe(3);
    expect(of(720, 1440, 1, 1)).toBe(2);
    expect(of(1080, 2340, 148, 68)).toBe(3);
  });

  test("without any the short side decides, between one and four", () => {
    expect(of(480, 800)).toBeCloseTo(4 / 3);
    expect(of(240, 320)).toBe(1);
    expect(of(4320, 7680)).toBe(4);
    expect(of(1280, 800)).toBeCloseTo(800 / 440);
  });
});
