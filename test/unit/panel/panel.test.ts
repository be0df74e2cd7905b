import { describe, expect, test, vi } from "vitest";
import type { Intent, View } from "../../../src/menu/view.ts";
import { measureText } from "../../../src/panel/draw.ts";
import { renderFrame } from "../../../src/panel/frame.ts";
import type { Geometry } from "../../../src/panel/geometry.ts";
import { layOut } from "../../../src/panel/layout.ts";
import { GUARD_MS, Panel, type PanelEvents } from "../../../src/panel/panel.ts";
import { renderPreparedFrame } from "../../../src/panel/prepared.ts";
import { MemorySurface } from "../../fixtures/memory-surface.ts";
import { menuScreens } from "../../fixtures/menu-screens.ts";
import { ALL_VIEWS, homeThreeLong, PANELS, SMALL_PANEL } from "../../fixtures/views.ts";
import { WIDGET_VIEWS } from "../../fixtures/widget-views.ts";
import { compare } from "../../golden/compare.ts";

const [phone, , tablet] = PANELS;

function open(geometry: Geometry, next?: MemorySurface, events: Partial<PanelEvents> = {}) {
  const surface = new MemorySurface(geometry);
  const intents: Intent[] = [];
  const lines: string[] = [];
  // A second goes by between any two looks at the clock: whatever was shown has been seen.
  let time = 0;
  const panel = new Panel(surface, {
    clock: () => (time += 1000),
    onIntent: (intent) => intents.push(intent),
    log: (line) => lines.push(line),
    reopen: () => {
      if (next === undefined) throw new Error("no screen");
      return next;
    },
    ...events,
  });
  return { surface, intents, lines, panel };
}

/**
 * The library cuts shapes at the edge of its canvas and sets the grain of a fade by its place on it, so that
 * strips may differ from a whole frame in single pixels; never in more.
 */
function looksLike(surface: MemorySurface, data: Buffer): boolean {
  const { width, height } = surface.geometry;
  return compare({ width, height, data: surface.pixels }, { width, height, data }).share < 0.0001;
}

/** The middle of an item, as shares of the screen. */
function middle(view: View, geometry: Geometry, key: string): { x: number; y: number; time: number } {
  const target = layOut(view, geometry, measureText).targets.find((each) => each.key === key);
  if (target === undefined) throw new Error(`no target ${key}`);
  const { x, y, width, height } = target.rect;
  return { x: (x + width / 2) / geometry.width, y: (y + height / 2) / geometry.height, time: 0 };
}

describe("panel", () => {
  test("strip by strip gives the same pixels as the whole frame at once", async () => {
    const { surface, panel } = open(tablet);
    panel.show(ALL_VIEWS.slotDetails);
    await panel.settled();
    expect(surface.writes.length).toBeGreaterThan(2);
    expect(looksLike(surface, renderFrame(ALL_VIEWS.slotDetails, tablet).data)).toBe(true);
  });

  test("after many moves the screen is the same as one that was drawn anew", async () => {
    const { surface, panel } = open(phone);
    for (const view of [
      ALL_VIEWS.homeNormal,
      ALL_VIEWS.slotDetails,
      ALL_VIEWS.homeFallback,
      { ...ALL_VIEWS.homeFallback, focus: 0 },
    ]) {
      panel.show(view);
      await panel.settled();
    }
    expect(looksLike(surface, renderFrame({ ...ALL_VIEWS.homeFallback, focus: 0 }, phone).data)).toBe(true);
  });

  test("a key moves into view what stands beyond the last item, and comes back", async () => {
    const square = { width: 1440, height: 1440, mmWidth: 0, mmHeight: 0 };
    const { surface, panel } = open(square);
    const view = menuScreens().compare ?? ALL_VIEWS.homeNormal;
    expect(layOut(view, square, measureText).maxScroll).toBeGreaterThan(0);
    panel.show(view);
    await panel.settled();
    const before = Buffer.from(surface.pixels);
    panel.key({ kind: "next" });
    await panel.settled();
    expect(looksLike(surface, before)).toBe(false);
    panel.key({ kind: "previous" });
    await panel.settled();
    expect(looksLike(surface, before)).toBe(true);
  });

  test("a focus move writes the rows of two items only", async () => {
    const { surface, panel } = open(phone);
    panel.show({ ...ALL_VIEWS.homeNormal, focus: 2 });
    await panel.settled();
    surface.writes.length = 0;
    panel.show({ ...ALL_VIEWS.homeNormal, focus: 3 });
    await panel.settled();
    const written = surface.writes.reduce((sum, { rows }) => sum + rows, 0);
    const items = layOut(ALL_VIEWS.homeNormal, phone, measureText).blocks.filter(({ key }) =>
      /continue|tools/.test(key),
    );
    const both = items.reduce((sum, { rect }) => sum + rect.height, 0);
    expect(written).toBeGreaterThanOrEqual(both);
    expect(written).toBeLessThan(both + 40);
  });

  test("views that come faster than they are painted are left out, the last one is shown", async () => {
    const { surface, panel } = open(phone);
    for (let focus = 0; focus < 4; focus += 1) panel.show({ ...ALL_VIEWS.homeNormal, focus });
    await panel.settled();
    expect(looksLike(surface, renderFrame({ ...ALL_VIEWS.homeNormal, focus: 3 }, phone).data)).toBe(true);
    const rows = surface.writes.reduce((sum, each) => sum + each.rows, 0);
    expect(rows).toBeLessThan(phone.height * 2);
  });

  test("a tap chooses the item under it, which looks pressed while the finger is down", async () => {
    const { surface, intents, panel } = open(phone);
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    const rest = Buffer.from(surface.pixels);
    const spot = middle(ALL_VIEWS.homeNormal, phone, "slot:b");
    panel.contact({ kind: "down", ...spot });
    await panel.settled();
    expect(looksLike(surface, rest)).toBe(false);
    panel.contact({ kind: "up", ...spot });
    await panel.settled();
    expect(intents).toEqual([{ kind: "choose-item", key: "slot:b" }]);
    expect(looksLike(surface, rest)).toBe(true);
  });

  test("no tap on a disabled item, between items, after a slide, or before there is a picture", async () => {
    const { intents, panel } = open(phone);
    const view = ALL_VIEWS.homeBothBad;
    const spot = middle(view, phone, "slot:a");
    panel.contact({ kind: "down", ...spot });
    panel.contact({ kind: "up", ...spot });
    panel.show(view);
    await panel.settled();
    for (const place of [middle(view, phone, "continue"), { x: 0.5, y: 0.01, time: 0 }]) {
      panel.contact({ kind: "down", ...place });
      panel.contact({ kind: "up", ...place });
    }
    panel.contact({ kind: "down", ...spot });
    panel.contact({ kind: "move", x: spot.x, y: spot.y + 0.2, time: 0 });
    panel.contact({ kind: "up", x: spot.x, y: spot.y, time: 0 });
    expect(intents).toEqual([]);
  });

  test("a finger scrolls what does not fit, and the next move of the focus brings it back into view", async () => {
    const { surface, panel } = open(SMALL_PANEL);
    panel.show(homeThreeLong);
    await panel.settled();
    const top = Buffer.from(surface.pixels);
    panel.contact({ kind: "down", x: 0.5, y: 0.6, time: 0 });
    panel.contact({ kind: "move", x: 0.5, y: 0.2, time: 0 });
    panel.contact({ kind: "up", x: 0.5, y: 0.2, time: 0 });
    await panel.settled();
    expect(looksLike(surface, top)).toBe(false);
    panel.show({ ...homeThreeLong, focus: 1 });
    panel.show(homeThreeLong);
    await panel.settled();
    expect(looksLike(surface, top)).toBe(true);
  });

  test("when the display driver is replaced the new screen is drawn in full, in its own size", async () => {
    const next = new MemorySurface(tablet);
    const { surface, lines, panel } = open(phone, next);
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    surface.gone = true;
    panel.show({ ...ALL_VIEWS.homeNormal, focus: 0 });
    await panel.settled();
    expect(looksLike(next, renderFrame({ ...ALL_VIEWS.homeNormal, focus: 0 }, tablet).data)).toBe(true);
    expect(surface.closed).toBe(true);
    expect(lines).toContain("the screen is gone, its driver was replaced or it was pulled out");
    await panel.close();
    await panel.close();
    expect(next.closed).toBe(true);
  });

  test("when another screen is the better one everything is drawn there, also where nothing else changed", async () => {
    const next = new MemorySurface(tablet);
    const { surface, panel } = open(phone, next);
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    surface.gone = true;
    surface.replaced();
    await panel.settled();
    expect(looksLike(next, renderFrame(ALL_VIEWS.homeNormal, tablet).data)).toBe(true);
    await panel.close();
  });

  test("the wait for a screen that does not come back ends with the menu", async () => {
    const surface = new MemorySurface(phone);
    const reopen = () => {
      throw new Error("no screen");
    };
    const panel = new Panel(surface, { onIntent: () => {}, log: () => {}, reopen });
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    surface.gone = true;
    panel.show({ ...ALL_VIEWS.homeNormal, focus: 0 });
    await panel.close();
    expect(surface.closed).toBe(true);
  });
});

describe("a person at the panel", () => {
  const held = WIDGET_VIEWS.resetHold;
  const calm = { ...held, hold: null };

  test("a finger that stays on a dangerous item holds it until it is lifted or slides away", async () => {
    const pulses: string[] = [];
    const { intents, panel } = open(phone, undefined, { onPulse: (kind) => pulses.push(kind) });
    panel.show(calm);
    await panel.settled();
    const spot = middle(calm, phone, "reset");
    panel.contact({ kind: "down", ...spot });
    panel.contact({ kind: "up", ...spot, time: 100 });
    panel.contact({ kind: "down", ...spot, time: 500 });
    panel.contact({ kind: "move", ...spot, y: spot.y - 0.1, time: 600 });
    panel.contact({ kind: "up", ...spot, y: spot.y - 0.1, time: 700 });
    expect(intents).toEqual([
      { kind: "hold", key: "reset", down: true },
      { kind: "hold", key: "reset", down: false },
      { kind: "choose-item", key: "reset" },
      { kind: "hold", key: "reset", down: true },
      { kind: "hold", key: "reset", down: false },
    ]);
    expect(pulses).toEqual(["choice", "choice", "choice"]);
  });

  test("the ring fills between two words of the menu, and a full one is felt", async () => {
    let time = 0;
    const pulses: string[] = [];
    const { surface, panel } = open(phone, undefined, {
      clock: () => time,
      onPulse: (kind) => pulses.push(kind),
    });
    panel.show({ ...held, hold: { key: "reset", fraction: 0 } });
    await panel.settled();
    const empty = Buffer.from(surface.pixels);
    time = 1500;
    panel.show({ ...held, hold: { key: "reset", fraction: 0.5 }, notice: null });
    await panel.settled();
    expect(looksLike(surface, empty)).toBe(false);
    time = 3000;
    panel.show({ ...calm, title: "Resetting" });
    await panel.settled();
    expect(pulses).toEqual(["hold"]);
    await panel.close();
  });

  test("what keys mean follows what is seen: a dangerous item, a text, a number", async () => {
    const { intents, panel } = open(phone);
    panel.show(calm);
    expect(panel.keyContext()).toEqual({ dangerous: true, typing: false });
    panel.key({ kind: "item", number: 1 });
    panel.key({ kind: "item", number: 9 });
    panel.show(WIDGET_VIEWS.entryPin);
    expect(panel.keyContext()).toEqual({ dangerous: false, typing: true });
    panel.key({ kind: "item", number: 1 });
    panel.show(WIDGET_VIEWS.settings);
    panel.key({ kind: "item", number: 3 });
    await panel.settled();
    expect(intents).toEqual([{ kind: "choose-item", key: "back" }]);
  });

  test("a finger in the first moment of a screen was meant for the one before", async () => {
    let time = 1000;
    const { intents, panel } = open(phone, undefined, { clock: () => time });
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    const spot = middle(ALL_VIEWS.homeNormal, phone, "slot:b");
    time += GUARD_MS - 1;
    panel.contact({ kind: "down", ...spot });
    time += 1000;
    panel.contact({ kind: "up", ...spot });
    expect(intents).toEqual([]);
    panel.contact({ kind: "down", ...spot });
    panel.contact({ kind: "up", ...spot });
    expect(intents).toHaveLength(1);
  });

  test("the touch that lights a dark panel does nothing else", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let time = 0;
    const lights: string[] = [];
    const { intents, panel } = open(phone, undefined, {
      clock: () => time,
      idle: { dimAfter: 60_000, darkAfter: 300_000 },
      onLight: (light) => lights.push(light),
    });
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    time = 61_000;
    vi.advanceTimersByTime(61_000);
    vi.useRealTimers();
    const spot = middle(ALL_VIEWS.homeNormal, phone, "slot:b");
    for (const kind of ["down", "up", "down", "up"] as const) panel.contact({ kind, ...spot });
    expect(lights).toEqual(["dim", "full"]);
    expect(intents).toHaveLength(1);
    await panel.close();
  });

  test("what wakes a dark panel, whose driver lost the picture, is seen with all of the rest", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    let time = 0;
    const { surface, panel } = open(phone, undefined, {
      clock: () => time,
      idle: { dimAfter: 0, darkAfter: 300_000 },
    });
    surface.blank = (off) => off && surface.pixels.fill(0);
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    time = 301_000;
    vi.advanceTimersByTime(301_000);
    vi.useRealTimers();
    expect(surface.pixels.every((byte) => byte === 0)).toBe(true);
    const told: View = { ...ALL_VIEWS.homeNormal, notice: { tone: "warning", text: "The battery is low." } };
    panel.show(told);
    await panel.settled();
    expect(looksLike(surface, renderFrame(told, phone).data)).toBe(true);
    await panel.close();
  });

  test("a closed lid darkens it and is no choice; touches below it are none, and opening it lights it", async () => {
    const lights: string[] = [];
    const { panel, intents } = open(phone, undefined, { onLight: (light) => lights.push(light) });
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    const place = middle(ALL_VIEWS.homeNormal, phone, "slot:b");
    panel.lid(true);
    for (const kind of ["down", "up"] as const) panel.contact({ kind, ...place });
    expect([lights, intents]).toEqual([["dark"], []]);
    panel.lid(false);
    for (const kind of ["down", "up"] as const) panel.contact({ kind, ...place });
    expect([lights, intents]).toEqual([["dark", "full"], [{ kind: "choose-item", key: "slot:b" }]]);
    await panel.close();
  });

  test("the lines of a log follow a finger and the wheel, and end at their ends", async () => {
    const { intents, panel } = open(phone);
    const view = WIDGET_VIEWS.logScreen;
    panel.show(view);
    await panel.settled();
    const area = layOut(view, phone, measureText).log;
    if (area === null) throw new Error("no log");
    const at = { x: 0.5, y: (area.rect.y + area.rect.height / 2) / phone.height, time: 0 };
    panel.contact({ kind: "down", ...at });
    panel.contact({ kind: "move", ...at, y: at.y - (area.first * 2.2) / phone.height, time: 10 });
    panel.contact({ kind: "cancel", ...at, time: 500 });
    panel.mouse({ kind: "wheel", notches: 1 });
    await panel.settled();
    expect(intents).toEqual([
      { kind: "scroll", lines: 2 },
      { kind: "scroll", lines: -3 },
    ]);
    await panel.close();
  });

  test("a mouse points, and its button is a finger there", async () => {
    const { surface, intents, panel } = open(phone);
    panel.show(ALL_VIEWS.homeNormal);
    await panel.settled();
    const rest = Buffer.from(surface.pixels);
    const spot = middle(ALL_VIEWS.homeNormal, phone, "slot:b");
    panel.mouse({ kind: "move", dx: -1e6, dy: -1e6 });
    panel.mouse({ kind: "move", dx: spot.x * phone.width, dy: spot.y * phone.height });
    await panel.settled();
    expect(surface.pixels.equals(rest)).toBe(false);
    panel.mouse({ kind: "button", down: true, time: 0 });
    panel.mouse({ kind: "button", down: false, time: 50 });
    expect(intents).toEqual([{ kind: "choose-item", key: "slot:b" }]);
    // A finger takes over, and the arrow goes.
    panel.contact({ kind: "down", x: 0.5, y: 0.001, time: 100 });
    panel.contact({ kind: "up", x: 0.5, y: 0.001, time: 150 });
    await panel.settled();
    expect(looksLike(surface, rest)).toBe(true);
    await panel.close();
  });

  test("touches out of range, and a thousand of them at once, do no harm and paint few pictures", async () => {
    const { surface, intents, panel } = open(SMALL_PANEL);
    panel.show(WIDGET_VIEWS.manySlots);
    await panel.settled();
    surface.writes.length = 0;
    for (const [x, y] of [
      [1, 1],
      [5, -3],
      [Number.NaN, 0.5],
    ] as const) {
      panel.contact({ kind: "down", x, y, time: 0 });
      panel.contact({ kind: "up", x, y, time: 0 });
    }
    panel.contact({ kind: "down", x: 0.5, y: 0.9, time: 0 });
    for (let time = 1; time <= 1000; time += 1)
      panel.contact({ kind: "move", x: 0.5, y: 0.9 - 0.5 * Math.abs(Math.sin(time / 50)), time });
    panel.contact({ kind: "cancel", x: 0.5, y: 0.5, time: 1001 });
    await panel.settled();
    expect(intents).toEqual([]);
    const rows = surface.writes.reduce((sum, each) => sum + each.rows, 0);
    expect(rows).toBeLessThan(SMALL_PANEL.height * 4);
    await panel.close();
  });
});

describe("pixels", () => {
  test("the prepared frame has the screen's stride and its channels as XRGB8888 wants them", () => {
    const frame = renderPreparedFrame(300, 200, 1280);
    expect(frame.length).toBe(1280 * 200);
    expect([...frame.subarray(0, 4)]).toEqual([0x13, 0x0e, 0x0b, 0xff]);
    expect([...frame.subarray(1200, 1280)].every((byte) => byte === 0)).toBe(true);
  });

  test("the prepared frame of a panel that is mounted turned is turned with it", () => {
    const upright = renderPreparedFrame(300, 200, 1200);
    const turned = renderPreparedFrame(200, 300, 800, 90);
    // A pixel of the mark's stem, and where a quarter turn clockwise puts it.
    const bright = (pixels: Buffer, width: number) => {
      const found: [number, number][] = [];
      for (let at = 0; at < pixels.length; at += 4)
        if ((pixels[at] ?? 0) > 200) found.push([(at / 4) % width, Math.floor(at / 4 / width)]);
      return found;
    };
    const expected = new Set(bright(upright, 300).map(([x, y]) => `${199 - y},${x}`));
    const shown = bright(turned, 200).map(([x, y]) => `${x},${y}`);
    expect(shown.length).toBeGreaterThan(500);
    expect(shown.filter((place) => expected.has(place)).length / shown.length).toBeGreaterThan(0.7);
  });
});
