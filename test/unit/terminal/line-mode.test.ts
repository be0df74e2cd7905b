import { describe, expect, test } from "vitest";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import type { Intent } from "../../../src/menu/view.ts";
import { type KeyEvent, KeyParser } from "../../../src/terminal/keys.ts";
import { LineMode } from "../../../src/terminal/line-mode.ts";
import { deadDevice, deviceOf, fallbackMenu, menuOf, openSlot, pressed, slotOf } from "../menu/device.ts";

/** Long enough for the prompt that follows a choice without an effect. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 1));

function lineMode(model: Model = menuOf()) {
  let written = "";
  const screen = new LineMode((output) => {
    written += output;
  });
  screen.show(view(model));
  return {
    screen,
    /** What was written since the last call. */
    news() {
      const text = written;
      written = "";
      return text;
    },
    type(text: string): Intent[] {
      const events: KeyEvent[] = new KeyParser().feed(Buffer.from(text));
      return events.map((event) => screen.key(event)).filter((intent) => intent !== null);
    },
  };
}

test("prints banner, numbered choices and the prompt", () => {
  expect(lineMode().news()).toBe(
    [
      "",
      "",
      "== Boot menu ==",
      "[i] You held volume-down, so this menu opened. Nothing has been changed.",
      " 1. Slot A: [+] Good, Default, Demo OS 1.0",
      " 2. Slot B: [~] Trying, 2 tries left, Demo OS 1.0",
      " 3. Start Slot A: This is what starts without the menu.",
      " 4. Tools: Language, comparison, storage, logs",
      " 5. Power: Restart or power off",
      "Type a number and Enter. b = back, r = show again, ? = help",
      "Choice: ",
    ].join("\n"),
  );
});

test("prints every fact in full, and why a choice is not available", () => {
  const printed = lineMode(openSlot(menuOf(), "a")).news();
  expect(printed).toContain("   Identity: PARTUUID=0000000a\n");
  expect(printed).toContain(" 2. Make default (not available: It is the default already.)\n");
  expect(lineMode(menuOf(deadDevice())).news()).toContain(
    " 3. Start (not available: No slot can be started)\n",
  );
});

test("sends no escape sequence and nothing but ASCII, whatever the names are", () => {
  const slots = [slotOf("a", { label: "Système Ä", os: { name: "\x1b[2J日本", version: "·" } })];
  const model = { ...menuOf(deviceOf({ slots })), footer: "Holdfast · Linux" };
  const { screen, news, type } = lineMode(model);
  type("12\x7f?r\x0c9\r");
  screen.show(view(fallbackMenu()));
  const printed = news() + screen.close();
  expect(printed).toMatch(/^[\n\b\x20-\x7e]*$/);
  expect(printed).toContain("Systeme A");
});

describe("prints again", () => {
  test("not for a move on another console, and not for each second", () => {
    const { screen, news } = lineMode(fallbackMenu());
    news();
    const counting = fallbackMenu();
    for (const left of [29, 28, 27])
      screen.show(view({ ...counting, countdown: { from: 30, left, silence: 0 } }));
    screen.show(view({ ...pressed(counting, "next"), countdown: counting.countdown }));
    expect(news()).toBe("");
  });

  test("one line when only a notice or the countdown came", () => {
    const { screen, news } = lineMode();
    news();
    screen.show(view({ ...menuOf(), notice: { tone: "info", text: "Writing ...", latin: "Writing ..." } }));
    expect(news()).toBe("\n[i] Writing ...\nChoice: ");
    screen.show(view(menuOf()));
    expect(news()).toBe("");
    screen.show(view({ ...menuOf(), countdown: { from: 30, left: 30, silence: 0 } }));
    expect(news()).toBe("\nStarting Slot A in 30 s\nChoice: ");
  });

  test("in full when another console opened another screen, with what was typed kept", () => {
    const { screen, news, type } = lineMode();
    type("1");
    news();
    screen.show(view(openSlot(menuOf(), "b")));
    const printed = news();
    expect(printed).toContain("== Slot B ==");
    expect(printed.endsWith("Choice: 1")).toBe(true);
  });
});

describe("typing", () => {
  test("a number and Enter chooses", () => {
    const { news, type } = lineMode();
    news();
    expect(type("2\r")).toEqual([{ kind: "choose-item", key: "slot:b" }]);
    expect(news()).toBe("2");
  });

  test("backspace takes the last digit back", () => {
    expect(lineMode().type("12\x7f\r")).toEqual([{ kind: "choose-item", key: "slot:a" }]);
  });

  test("numbers of two digits work", () => {
    const slots = Array.from({ length: 12 }, (_, index) => slotOf(`s${index}`));
    const { type } = lineMode(menuOf(deviceOf({ slots })));
    expect(type("12\r")).toEqual([{ kind: "choose-item", key: "slot:s11" }]);
  });

  test("what is no choice is said, and nothing happens", () => {
    const { news, type } = lineMode();
    news();
    expect(type("7\r")).toEqual([]);
    expect(news()).toBe("7\nThere is no choice 7.\nChoice: ");
    expect(type("\r")).toEqual([]);
    expect(news()).toBe("\nChoice: ");
  });

  test("b goes back, r shows again, ? helps; each also with Enter behind it", () => {
    const { news, type } = lineMode(openSlot(menuOf(), "b"));
    expect(type("b\r")).toEqual([{ kind: "back" }]);
    news();
    expect(type("r")).toEqual([]);
    expect(news()).toContain("== Slot B ==");
    expect(type("?")).toEqual([]);
    expect(news()).toContain("press Enter");
    expect(type("\x1b\x1b")).toEqual([{ kind: "back" }]);
  });

  test("a choice that changes nothing still gets a prompt", async () => {
    const { news, type } = lineMode();
    news();
    type("b");
    await settled();
    expect(news()).toBe("\nChoice: ");
  });

  test("noise is bounded", () => {
    const { news, type } = lineMode();
    news();
    type("x".repeat(1000));
    expect(news().length).toBeLessThan(10);
  });
});
