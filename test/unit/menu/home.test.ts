import { describe, expect, test } from "vitest";
import { openMenu } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import {
  chooseKey,
  deadDevice,
  deviceOf,
  fallbackMenu,
  focusedKey,
  itemOf,
  keysOf,
  menuOf,
  openSlot,
  pressed,
  slotOf,
} from "./device.ts";

describe("the banner says why the person is here", () => {
  test("a held key changed nothing", () => {
    expect(view(menuOf()).banner).toMatchObject({
      tone: "info",
      text: "You held volume-down, so this menu opened. Nothing has been changed.",
    });
  });

  test("a fallback warns and names both slots", () => {
    expect(view(fallbackMenu()).banner).toMatchObject({
      tone: "warning",
      text: "Slot A did not start after 3 tries, so slot B is used.",
    });
  });

  test("a reason without words of its own still gets a sentence", () => {
    const reason = { code: "command-line", text: "" } as const;
    expect(view(menuOf(deviceOf(), { reason })).banner?.text).toBe(
      "The kernel command line asked for this menu.",
    );
  });

  test("without a reason it invites to choose", () => {
    expect(view(menuOf(deviceOf(), { reason: null })).banner?.tone).toBe("neutral");
  });

  test("with nothing to start it is dangerous and says what to do, by what the scheme can write", () => {
    expect(view(menuOf(deadDevice())).banner).toMatchObject({
      tone: "danger",
      text: "No slot can be started. Choose a slot and give it fresh tries.",
    });
    const withoutTries = deadDevice({ capabilities: ["markGood"] });
    expect(view(menuOf(withoutTries)).banner?.text).toContain("mark it good");
    const readOnly = deadDevice({ capabilities: [] });
    expect(view(menuOf(readOnly)).banner?.text).toContain("start it by hand");
    const empty = deadDevice({ slots: [] });
    expect(view(menuOf(empty)).banner?.text).toContain("Restart the device");
  });

  test("a chosen slot whose root is gone is named, and the other slot is offered", () => {
    const slots = [
      slotOf("a", { entry: null, entryReason: "No partition has PARTLABEL=root_a." }),
      slotOf("b"),
    ];
    expect(view(menuOf(deviceOf({ slots }))).banner).toMatchObject({
      tone: "danger",
      text: "Slot A: No partition has PARTLABEL=root_a. Choose a slot to start it by hand.",
    });
  });

  test("once a slot can start again it says so", () => {
    const reason = { code: "nothing-bootable", text: "No slot can be started." } as const;
    expect(view(menuOf(deviceOf(), { reason })).banner).toMatchObject({
      tone: "good",
      text: "Slot A can start again.",
    });
  });
});

describe("the cards", () => {
  test("come in the order of the table, before Continue, Tools and Power", () => {
    expect(keysOf(menuOf())).toEqual(["slot:a", "slot:b", "continue", "tools", "power"]);
  });

  test("show health as a word, tries only while they count, and what is the default", () => {
    expect(itemOf(menuOf(), "slot:a")?.card).toEqual({
      id: "a",
      name: "Slot A",
      version: "Demo OS 1.0",
      health: "good",
      healthWord: "Good",
      tries: null,
      dots: null,
      marks: ["Default"],
    });
    expect(itemOf(menuOf(), "slot:b")?.card).toMatchObject({
      healthWord: "Trying",
      tries: "2 tries left",
      dots: { left: 2, of: 3 },
      marks: [],
    });
  });

  test("mark the slot of the next start, of one start only and of the running kernel", () => {
    const status = deviceOf({
      once: "b",
      next: { slot: "b", reason: { code: "once", text: "" } },
      booted: { slot: "a", certain: true },
    });
    expect(itemOf(menuOf(status), "slot:b")?.card?.marks).toEqual(["Next start only"]);
    expect(itemOf(menuOf(status), "slot:a")?.card?.marks).toEqual(["Default", "Booted"]);
    const moved = deviceOf({ next: { slot: "b", reason: { code: "default", text: "" } } });
    expect(itemOf(menuOf(moved), "slot:b")?.card?.marks).toEqual(["Starts next"]);
  });

  test("say one try and no tries as a person would", () => {
    const slots = [
      slotOf("a", { health: "trying", triesLeft: 1 }),
      slotOf("b", { health: "bad", triesLeft: 0 }),
      slotOf("c", { health: "trying", triesLeft: null, os: null }),
    ];
    const menu = menuOf(deviceOf({ slots }));
    expect(itemOf(menu, "slot:a")?.card?.tries).toBe("1 try left");
    expect(itemOf(menu, "slot:b")?.card?.tries).toBe("No tries left");
    expect(itemOf(menu, "slot:c")?.card).toMatchObject({ tries: null, version: null });
  });

  test("damage found while reading is told on the first screen", () => {
    const menu = menuOf(deviceOf({ problems: ["The second copy of the GPT is damaged."] }));
    expect(view(menu).facts).toEqual([{ label: "Found", value: "The second copy of the GPT is damaged." }]);
  });
});

describe("Continue", () => {
  test("has the focus and starts what the next plain start would take", () => {
    const menu = menuOf();
    expect(focusedKey(menu)).toBe("continue");
    expect(itemOf(menu, "continue")).toMatchObject({
      label: "Start Slot A",
      detail: "This is what starts without the menu.",
    });
    expect(chooseKey(menu, "continue").effects).toEqual([
      { kind: "finish", outcome: { kind: "enter", slot: "a" }, from: "ttyS0" },
    ]);
  });

  test("restarts into a slot that has its own kernel, and says so", () => {
    const slots = [slotOf("a", { entry: "reboot", entryReason: "It has no modules for this kernel." })];
    const menu = menuOf(deviceOf({ slots }));
    expect(itemOf(menu, "continue")?.label).toBe("Restart into Slot A");
    expect(chooseKey(menu, "continue").effects).toEqual([
      { kind: "finish", outcome: { kind: "reboot", slot: "a", target: "system" }, from: "ttyS0" },
    ]);
  });

  test("is disabled with the reason when nothing can start; the first slot that can be repaired has the focus", () => {
    const slots = [slotOf("a", { health: "empty" }), slotOf("b", { health: "bad" })];
    const menu = menuOf(deadDevice({ slots }));
    expect(itemOf(menu, "continue")).toMatchObject({ enabled: false, detail: "No slot can be started" });
    expect(focusedKey(menu)).toBe("slot:b");
    expect(chooseKey(menu, "continue").effects).toEqual([]);
  });

  test("without any slot the focus is on what is calm", () => {
    expect(focusedKey(menuOf(deadDevice({ slots: [] })))).toBe("tools");
  });
});

describe("moving", () => {
  test("stops at both ends: a list never wraps", () => {
    const menu = menuOf();
    expect(focusedKey(pressed(menu, "next", "next"))).toBe("power");
    expect(focusedKey(pressed(menu, "next", "next", "next"))).toBe("power");
    expect(focusedKey(pressed(menu, "previous", "previous", "previous", "previous"))).toBe("slot:a");
  });

  test("passes over disabled items", () => {
    const menu = pressed(menuOf(deadDevice()), "next", "next");
    expect(focusedKey(menu)).toBe("tools");
    expect(focusedKey(pressed(menu, "previous"))).toBe("slot:b");
  });

  test("back on the first screen stays there", () => {
    expect(view(pressed(menuOf(), "back")).screen).toBe("home");
  });

  test("coming back finds the focus where it was", () => {
    const menu = pressed(openSlot(menuOf(), "b"), "back");
    expect(view(menu).screen).toBe("home");
    expect(focusedKey(menu)).toBe("slot:b");
  });

  test("choosing a disabled item says why, and does nothing", () => {
    const { model, effects } = chooseKey(menuOf(deadDevice()), "continue");
    expect(effects).toEqual([]);
    expect(view(model).notice).toEqual({ tone: "warning", text: "No slot can be started (ttyS0)" });
  });

  test("choosing a key that is not there does nothing", () => {
    expect(chooseKey(menuOf(), "nonsense").effects).toEqual([]);
  });
});

describe("Power", () => {
  const opened = () => chooseKey(menuOf(), "power").model;

  test("restarts, powers off, and goes back", () => {
    expect(keysOf(opened())).toEqual(["restart", "power-off", "back"]);
    expect(chooseKey(opened(), "restart").effects).toEqual([
      { kind: "finish", outcome: { kind: "reboot", slot: null, target: "system" }, from: "ttyS0" },
    ]);
    expect(chooseKey(opened(), "power-off").effects).toEqual([
      { kind: "finish", outcome: { kind: "power-off" }, from: "ttyS0" },
    ]);
    expect(view(chooseKey(opened(), "back").model).screen).toBe("home");
  });

  test("says what the next start takes", () => {
    expect(itemOf(opened(), "restart")?.detail).toBe("The next start takes Slot A.");
  });
});

test("an ended menu changes no more", () => {
  const ended = chooseKey(menuOf(), "continue").model;
  expect(view(ended).notice?.text).toBe("Starting Slot A. (ttyS0)");
  expect(chooseKey(ended, "power")).toEqual({ model: ended, effects: [] });
});

test("no text of the menu shouts", () => {
  const seen = [menuOf(), menuOf(deadDevice()), openSlot(menuOf(), "b"), fallbackMenu()].map((model) =>
    view(model),
  );
  expect(JSON.stringify(seen)).not.toContain("!");
});

test("the menu opens on any status without a reason and without a countdown", () => {
  const menu = openMenu({ status: deviceOf(), reason: null, countdownSeconds: 30, footer: "" });
  expect(menu.countdown).toBeNull();
});
