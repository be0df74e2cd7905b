import { describe, expect, test } from "vitest";
import { LOCALES, type Locale } from "../../../src/menu/display.ts";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { SCREEN_IDS, type View } from "../../../src/menu/view.ts";
import { layout } from "../../../src/terminal/layout.ts";
import { LineMode } from "../../../src/terminal/line-mode.ts";
import { labelOf } from "../../../src/terminal/words.ts";
import { chooseKey, deviceOf, menuOf, openSlot, press, pressed, slotOf, viewerOf } from "../menu/device.ts";
import { EVERY_SCREEN } from "./every-screen.ts";

const SERIAL = viewerOf("ttyS0");
const SIZES = [
  [80, 24],
  [132, 50],
  [60, 20],
  [40, 12],
  [20, 5],
] as const;

function seen(model: Model, locale: Locale = "en"): View {
  return view({ ...model, display: { ...model.display, locale } }, SERIAL);
}

function rowsOf(shown: View, columns: number, rows: number): string[] {
  return layout(shown, { columns, rows }).map((line) => line.map(({ text }) => text).join(""));
}

function printed(shown: View): string {
  let output = "";
  new LineMode((text) => {
    output += text;
  }).show(shown);
  return output;
}

test("every screen is here", () => {
  expect(EVERY_SCREEN.map(([id]) => id).sort()).toEqual([...SCREEN_IDS].sort());
});

describe.each(EVERY_SCREEN)("%s", (_, model) => {
  test.each(LOCALES)("fits into every terminal, with the focus in sight (%s)", (locale) => {
    const shown = seen(model, locale);
    for (const [columns, rows] of SIZES) {
      const lines = rowsOf(shown, columns, rows);
      expect(lines.length).toBeLessThanOrEqual(rows - 1);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(columns);
      const focused = shown.items[shown.focus];
      if (focused === undefined) continue;
      expect(
        lines.some((line) => line.startsWith("> ")),
        `${columns}x${rows}`,
      ).toBe(true);
      const start = labelOf(focused).slice(0, Math.max(1, columns - 9));
      expect(lines.find((line) => line.startsWith("> "))).toContain(start);
    }
  });

  test.each(LOCALES)("is told in plain ASCII lines, with a number for every choice (%s)", (locale) => {
    const shown = seen(model, locale);
    const output = printed(shown);
    expect(output).toMatch(/^[\x0a\x20-\x7e]*$/);
    for (const [index] of shown.items.entries()) expect(output).toContain(`${index + 1}. `);
    expect(output).not.toContain("undefined");
  });
});

describe("bad input", () => {
  const NASTY = "\x1b[2J\u202eevil\u200f 🦑\u0007\ud83d\r\nName";

  function hasNothingNasty(shown: View): void {
    for (const [columns, rows] of SIZES)
      for (const line of rowsOf(shown, columns, rows))
        expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u200e\u200f\u2066-\u2069]/);
    expect(printed(shown)).toMatch(/^[\x0a\x20-\x7e]*$/);
  }

  test("names with control characters, emoji and marks that turn the direction steer nothing", () => {
    const slots = [slotOf("a", { label: NASTY, os: { name: NASTY, version: NASTY } }), slotOf("b")];
    const menu = menuOf(deviceOf({ slots, problems: [NASTY] }));
    hasNothingNasty(seen(menu));
    hasNothingNasty(seen(openSlot(menu, "a")));
    hasNothingNasty(seen(chooseKey(openSlot(menu, "a"), "make-default").model));
  });

  test("twenty-six slots can all be reached by numbers and by moving", () => {
    const slots = Array.from({ length: 26 }, (_, index) => slotOf(String.fromCharCode(97 + index)));
    const menu = menuOf(deviceOf({ slots }));
    expect(printed(seen(menu))).toContain("26. Slot Z");
    const last = pressed(menu, ...Array.from({ length: 3 }, () => "previous" as const));
    expect(rowsOf(seen(last), 80, 24).join("\n")).toContain("Slot X");
    const lines = new LineMode(() => {});
    lines.show(seen(menu));
    for (const char of "26") lines.key({ kind: "char", char });
    expect(lines.key({ kind: "enter" })).toEqual({ kind: "choose-item", key: "slot:z" });
  });

  test("no slots, and texts five times as long, still fit", () => {
    const long = "Meridian Long Term Support Edition ".repeat(5);
    const slots = [slotOf("a", { label: long, os: { name: long, version: long } })];
    for (const model of [menuOf(deviceOf({ slots: [], default: null })), menuOf(deviceOf({ slots }))])
      for (const [columns, rows] of SIZES)
        for (const line of rowsOf(seen(model), columns, rows))
          expect(line.length).toBeLessThanOrEqual(columns);
  });

  test("a line of a megabyte in a log neither stops nor floods a terminal", () => {
    const [, log] = EVERY_SCREEN.find(([id]) => id === "log") ?? [];
    if (log === undefined) throw new Error("there is no log screen");
    const lines = [{ tone: "danger" as const, text: "x".repeat(1_000_000) }];
    const shown = { ...seen(log), log: { lines, at: 0 } };
    const before = performance.now();
    expect(rowsOf(shown, 80, 24)).toHaveLength(23);
    expect(printed(shown).length).toBeLessThan(2000);
    expect(performance.now() - before).toBeLessThan(1000);
  });
});

test("a long text moves by pages with PgUp and PgDn, and its ends are ends", () => {
  const [, log] = EVERY_SCREEN.find(([id]) => id === "log") ?? [];
  if (log === undefined) throw new Error("there is no log screen");
  const down = press(log, { kind: "scroll", lines: 12 }).model;
  expect(rowsOf(seen(down), 80, 24).join("\n")).toContain("lines 13 to");
  expect(view(press(down, { kind: "scroll", lines: -99 }).model).log?.at).toBe(0);
  expect(view(press(down, { kind: "scroll", lines: 1e9 }).model).log?.at).toBe(39);
});
