import { describe, expect, test } from "vitest";
import { view as show } from "../../../src/menu/show.ts";
import type { Intent, View } from "../../../src/menu/view.ts";
import { measureText } from "../../../src/panel/draw.ts";
import type { Geometry } from "../../../src/panel/geometry.ts";
import { layOut } from "../../../src/panel/layout.ts";
import type { Layout } from "../../../src/panel/operation.ts";
import { Panel } from "../../../src/panel/panel.ts";
import { MemorySurface } from "../../fixtures/memory-surface.ts";
import { homeNormal, PANELS, SMALL_PANEL } from "../../fixtures/views.ts";
import { WIDGET_VIEWS } from "../../fixtures/widget-views.ts";
import { deviceOf, menuOf, openSlot, slotOf } from "../menu/device.ts";

const TINY = { width: 240, height: 240, mmWidth: 0, mmHeight: 0 };
const SIZES: readonly Geometry[] = [TINY, SMALL_PANEL, ...PANELS];
const NASTY = "\x1b[2J\u202eevil\u200f 🦑\u0007\ud83d\r\nName";

function textsOf({ blocks }: Layout): string[] {
  return blocks.flatMap(({ operations }) =>
    operations.flatMap((operation) => (operation.kind === "text" ? [operation.text] : [])),
  );
}

const laidOut = (view: View, panel: Geometry) => layOut(view, panel, measureText);

describe.each(SIZES)("on $width x $height", (panel) => {
  test("names with control characters and marks that turn the direction steer nothing", () => {
    const slots = [slotOf("a", { label: NASTY, os: { name: NASTY, version: NASTY } }), slotOf("b")];
    const menu = menuOf(deviceOf({ slots, problems: [NASTY] }));
    for (const model of [menu, openSlot(menu, "a")])
      for (const text of textsOf(laidOut(show(model), panel)))
        expect(text).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u200e\u200f\p{Cs}]/u);
  });

  test("twenty-six slots are each seen when they have the focus", () => {
    const slots = Array.from({ length: 26 }, (_, index) => slotOf(String.fromCharCode(97 + index)));
    const view = show(menuOf(deviceOf({ slots })));
    for (const [focus, item] of view.items.entries()) {
      const { targets } = laidOut({ ...view, focus }, panel);
      expect(targets.find(({ key }) => key === item.key)?.rect.height ?? 0, item.key).toBeGreaterThan(0);
    }
  });

  test("a device without slots still has its way out", () => {
    const view = show(menuOf(deviceOf({ slots: [], default: null })));
    const focus = view.items.findIndex(({ key }) => key === "power");
    expect(laidOut({ ...view, focus }, panel).targets.map(({ key }) => key)).toContain("power");
  });

  test("a line of a megabyte in a log is cut, in no time", () => {
    const lines = [{ tone: "danger" as const, text: "x".repeat(1_000_000) }];
    const start = performance.now();
    const texts = textsOf(laidOut({ ...WIDGET_VIEWS.logScreen, log: { lines, at: 0 } }, panel));
    expect(performance.now() - start).toBeLessThan(1000);
    expect(Math.max(...texts.map(({ length }) => length))).toBeLessThan(1000);
  });
});

test("a thousand events in a moment are all passed on, and painted together", async () => {
  const [phone] = PANELS;
  const surface = new MemorySurface(phone);
  const intents: Intent[] = [];
  const panel = new Panel(surface, {
    onIntent(intent) {
      intents.push(intent);
      panel.show({ ...homeNormal, focus: intents.length % 2 });
    },
    log: () => {},
    reopen: () => surface,
  });
  panel.show(homeNormal);
  await panel.settled();
  surface.writes.length = 0;
  for (let event = 0; event < 1000; event++) panel.key({ kind: event % 3 === 0 ? "previous" : "next" });
  await panel.settled();
  expect(intents).toHaveLength(1000);
  expect(surface.writes.length).toBeLessThan(20);
  await panel.close();
});
