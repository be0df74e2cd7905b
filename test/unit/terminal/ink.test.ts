import { describe, expect, test } from "vitest";
import type { Model } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { InkScreen } from "../../../src/terminal/ink.tsx";
import { deadDevice, deviceOf, fallbackMenu, menuOf, openSlot, pressed, slotOf } from "../menu/device.ts";
import { Emulator } from "./emulator.ts";
import { EVERY_SCREEN } from "./every-screen.ts";

/** Long enough for a frame that ink put off. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

function screenOn(columns = 80, rows = 24) {
  const emulator = new Emulator(columns, rows);
  const screen = new InkScreen({ columns, rows }, (output) => emulator.write(output));
  return { emulator, screen };
}

async function seen(model: Model, columns = 80, rows = 24) {
  const { emulator, screen } = screenOn(columns, rows);
  screen.show(view(model));
  await settled();
  return { rows: await emulator.rows(), inverse: await emulator.inverse(), emulator };
}

describe("at 80x24", () => {
  test("home shows the banner, the cards with health as word and shape, and the way on", async () => {
    const { rows, inverse } = await seen(menuOf());
    expect(rows.join("\n").trimEnd()).toBe(
      [
        "Boot menu                                                    Slot A  Demo OS 1.0",
        "[i] You held volume-down, so this menu opened. Nothing has been changed.",
        "",
        "  1 Slot A",
        "      [+] Good  Default  Demo OS 1.0",
        "  2 Slot B",
        "      [~] Trying  2 tries left  Demo OS 1.0",
        "> 3 Start Slot A",
        "      This is what starts without the menu.",
        "  4 Tools",
        "      Language, comparison, storage, logs",
        "  5 Power",
        "      Restart or power off",
        ...Array.from({ length: 9 }, () => ""),
        "Arrows move, Enter chooses, Esc goes back                               Holdfast",
      ].join("\n"),
    );
    expect(inverse).toEqual(["Start Slot A"]);
  });

  test("slot details show every fact, every item and why an item is disabled", async () => {
    const { rows, emulator } = await seen(openSlot(menuOf(), "a"));
    const text = rows.join("\n");
    expect(text).toContain("System      Demo OS 1.0                 Health      Good, it was confirmed");
    expect(text).toContain("Identity    PARTUUID=0000000a");
    expect(text).toContain("    Make default\n      It is the default already.");
    expect(text).toContain("  6 Back");
    expect(emulator.scrolled).toBe(0);
  });

  test("the worst slot screen, with notice and countdown, still fits", async () => {
    const slots = [
      slotOf("a"),
      slotOf("b", {
        health: "trying",
        triesLeft: 1,
        entry: "reboot",
        entryReason: "It has no modules for the running kernel 6.1.0-56-amd64.",
        identity: "PARTUUID=12345678-1234-1234-1234-123456789abc",
      }),
    ];
    const status = deviceOf({ slots, capabilities: ["select", "once", "markGood", "markBad", "setTries"] });
    const opened = openSlot(fallbackMenu(status), "b");
    const countdown = { from: 30, left: 12, silence: 0 };
    const notice = { tone: "warning", text: "It is good already. (ttyS0)", latin: "" } as const;
    const { rows } = await seen({ ...opened, countdown, notice });
    const text = rows.join("\n");
    expect(text).toContain("PARTUUID=12345678-1234-1234-1234-123456789abc");
    expect(text).toContain("  6 Back");
    expect(text).toContain("[!] It is good already. (ttyS0)");
    expect(text).toContain("Starting Slot A in 12 s");
  });

  test("nothing bootable is told with a shape, and Continue with its reason", async () => {
    const { rows, inverse } = await seen(menuOf(deadDevice()));
    expect(rows[1]).toBe("[x] No slot can be started. Choose a slot and give it fresh tries.");
    expect(rows.join("\n")).toContain("    Start\n      No slot can be started");
    expect(inverse).toEqual(["Slot A"]);
  });
});

describe("at 40x12", () => {
  test("home shows everything that decides, one line an item, and the detail of the focus", async () => {
    const { rows, inverse, emulator } = await seen(menuOf(), 40, 12);
    expect(rows).toEqual([
      "Boot menu            Slot A  Demo OS 1.0",
      "[i] You held volume-down, so this menu",
      "opened. Nothing has been changed.",
      "  1 Slot A  [+] Good  Default  Demo O...",
      "  2 Slot B  [~] Trying  2 tries left ...",
      "> 3 Start Slot A",
      "  4 Tools",
      "  5 Power",
      "",
      "This is what starts without the menu.",
      "Arrows, Enter, Esc",
      "",
    ]);
    expect(inverse).toEqual(["Start Slot A"]);
    expect(emulator.scrolled).toBe(0);
  });

  test("a list that does not fit scrolls, so that the focus is always seen", async () => {
    const slots = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map((id) => slotOf(id));
    let model = menuOf(deviceOf({ slots }));
    for (let step = 0; step < slots.length + 2; step++) {
      const { inverse, rows, emulator } = await seen(model, 40, 12);
      const focused = view(model).items[view(model).focus]?.label;
      expect(inverse).toEqual([focused]);
      expect(rows.every((row) => row.length <= 40)).toBe(true);
      expect(emulator.scrolled).toBe(0);
      model = pressed(model, "previous");
    }
  });

  test("slot details keep all items reachable and the facts that matter most", async () => {
    let model = openSlot(menuOf(), "b");
    for (let step = 0; step < 6; step++) {
      const { rows, inverse } = await seen(model, 40, 12);
      expect(rows[1]).toContain("System    Demo OS 1.0");
      expect(inverse[0]).toContain(view(model).items[view(model).focus]?.label);
      model = pressed(model, "next");
    }
  });
});

describe("bytes", () => {
  test("no move at 80x24 costs more than 150 bytes, on any screen", async () => {
    const starts = [fallbackMenu(), ...EVERY_SCREEN.map(([, model]) => model)];
    for (const start of starts) {
      const { emulator, screen } = screenOn();
      let model = pressed(start, ...Array.from({ length: 12 }, () => "previous" as const));
      screen.show(view(model));
      await settled();
      for (let step = 0; step < 8; step++) {
        const before = emulator.written.length;
        model = pressed(model, "next");
        screen.show(view(model));
        await settled();
        const bytes = Buffer.byteLength(emulator.written.slice(before));
        expect(bytes, `${view(model).screen} step ${step}`).toBeLessThanOrEqual(150);
      }
    }
  }, 60_000);

  test("a second of the countdown costs at most 150 bytes", async () => {
    const { emulator, screen } = screenOn();
    const model = fallbackMenu();
    screen.show(view(model));
    await settled();
    const before = emulator.written.length;
    screen.show(view({ ...model, countdown: { from: 30, left: 9, silence: 0 } }));
    await settled();
    expect(emulator.written.length - before).toBeGreaterThan(0);
    expect(emulator.written.length - before).toBeLessThanOrEqual(150);
    expect((await emulator.rows()).join("\n")).toContain("Starting Slot A in 9 s");
  });

  test("a view that draws the same sends nothing", async () => {
    const { emulator, screen } = screenOn();
    screen.show(view(menuOf()));
    await settled();
    const before = emulator.written;
    screen.show(view(menuOf()));
    await settled();
    expect(emulator.written).toBe(before);
  });
});

test("after many screens and moves the terminal shows just what a fresh one would", async () => {
  const { emulator, screen } = screenOn();
  const models = [
    menuOf(),
    openSlot(menuOf(), "b"),
    pressed(openSlot(menuOf(), "b"), "next"),
    menuOf(deadDevice()),
  ];
  for (const model of [...models, ...models]) {
    screen.show(view(model));
    await settled();
    expect(await emulator.rows()).toEqual((await seen(model)).rows);
  }
});

test("a repaint brings back a screen that kernel messages ran over", async () => {
  const { emulator, screen } = screenOn();
  screen.show(view(menuOf()));
  await settled();
  const before = await emulator.rows();
  emulator.write("[   12.345] something happened\n".repeat(30));
  screen.repaint();
  await settled();
  expect(await emulator.rows()).toEqual(before);
});

test("control characters in a system's name never reach the terminal", async () => {
  const slots = [slotOf("a", { os: { name: "Evil\x1b[2J\x07", version: "1\n2" } })];
  const { emulator } = await seen(menuOf(deviceOf({ slots })));
  expect(emulator.written).not.toContain("\x07");
  expect((await emulator.rows()).join("\n")).toContain("Evil?[2J? 1?2");
});

test("closing gives attributes and cursor back and then draws nothing more", async () => {
  const { emulator, screen } = screenOn();
  screen.show(view(menuOf()));
  await settled();
  expect(emulator.written).toContain("\x1b[?25l");
  // What follows finds an empty screen, with the last words of the menu on top.
  const notice = { tone: "info", text: "Starting Slot A. (ttyS0)" } as const;
  screen.show({ ...view(menuOf()), notice });
  await settled();
  expect(screen.close()).toBe("\x1b[0m\x1b[2J\x1b[HStarting Slot A. (ttyS0)\x1b[!p\x1b[0m\x1b[?25h\n");
  const before = emulator.written;
  await settled();
  expect(emulator.written).toBe(before);
});

test("keys of a full screen become intents", () => {
  const { screen } = screenOn();
  expect(screen.key({ kind: "down" })).toBeNull();
  screen.show(view(menuOf()));
  expect(screen.key({ kind: "down" })).toEqual({ kind: "next" });
  expect(screen.key({ kind: "char", char: "k" })).toEqual({ kind: "previous" });
  expect(screen.key({ kind: "char", char: " " })).toEqual({ kind: "choose" });
  expect(screen.key({ kind: "enter" })).toEqual({ kind: "choose" });
  expect(screen.key({ kind: "escape" })).toEqual({ kind: "back" });
  expect(screen.key({ kind: "backspace" })).toEqual({ kind: "back" });
  expect(screen.key({ kind: "char", char: "2" })).toEqual({ kind: "choose-item", key: "slot:b" });
  expect(screen.key({ kind: "char", char: "9" })).toBeNull();
  expect(screen.key({ kind: "char", char: "0" })).toBeNull();
  expect(screen.key({ kind: "char", char: "x" })).toBeNull();
});
