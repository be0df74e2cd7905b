import { expect, test } from "vitest";
import { SILENCE_SECONDS } from "../../../src/menu/countdown.ts";
import { type Model, openMenu, type Step } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import {
  chooseKey,
  deadDevice,
  deviceOf,
  fallbackMenu,
  menuOf,
  openSlot,
  pressed,
  slotOf,
} from "./device.ts";

function ticks(model: Model, count: number): Step {
  let step: Step = { model, effects: [] };
  for (let i = 0; i < count; i++) step = update(step.model, { kind: "tick" });
  return step;
}

test("after a fallback it counts down to Continue and then goes on", () => {
  const menu = fallbackMenu();
  expect(view(menu).countdown).toBe("Starting Slot A in 30 s");
  expect(view(ticks(menu, 29).model).countdown).toBe("Starting Slot A in 1 s");
  const { model, effects } = ticks(menu, 30);
  expect(effects).toEqual([{ kind: "finish", outcome: { kind: "enter", slot: "a" }, from: null }]);
  expect(view(model).notice?.text).toBe("Starting Slot A.");
});

test("a held key counts nothing down", () => {
  const { model, effects } = ticks(menuOf(), 1000);
  expect(view(model).countdown).toBeNull();
  expect(effects).toEqual([]);
});

test("the first sign of a person stops it", () => {
  const touched = pressed(ticks(fallbackMenu(), 10).model, "next");
  expect(view(touched).countdown).toBeNull();
  expect(ticks(touched, SILENCE_SECONDS - 1).effects).toEqual([]);
  expect(view(ticks(touched, SILENCE_SECONDS - 1).model).countdown).toBeNull();
});

test("two minutes of silence start it again from the top, on any screen", () => {
  const touched = openSlot(fallbackMenu(), "b");
  const silent = ticks(touched, SILENCE_SECONDS).model;
  expect(view(silent).countdown).toBe("Starting Slot A in 30 s");
  expect(ticks(silent, 30).effects).toEqual([
    { kind: "finish", outcome: { kind: "enter", slot: "a" }, from: null },
  ]);
});

test("every sign of a person starts the silence anew", () => {
  const half = ticks(pressed(fallbackMenu(), "next"), SILENCE_SECONDS - 1).model;
  expect(view(ticks(pressed(half, "next"), 1).model).countdown).toBeNull();
});

test("it stands still while a write is under way", () => {
  const silent = ticks(pressed(fallbackMenu(), "next"), SILENCE_SECONDS).model;
  const busy: Model = {
    ...silent,
    busy: {
      id: 1,
      ask: { service: "apply", change: { kind: "mark-good", slot: "b" } },
      from: "panel",
      next: null,
      progress: null,
    },
  };
  expect(ticks(busy, 100).effects).toEqual([]);
});

test("it waits for a person when nothing can be started", () => {
  const menu = fallbackMenu(deadDevice());
  expect(view(menu).countdown).toBeNull();
  expect(ticks(menu, 1000).effects).toEqual([]);
});

const failed = slotOf("a", { health: "bad", successful: false });

test.each([
  ["its root is away, and another slot may start", [slotOf("b", { entry: null }), slotOf("c")], "b"],
  [
    "the bootloader started it on its last try",
    [slotOf("b", { health: "trying", triesLeft: 0, successful: false })],
    null,
  ],
])(
  "it ends the menu, for the boot without it to decide, when no slot can be named: %s",
  (_, others, slot) => {
    const reason = { code: "default", text: "Slot B is the default." } as const;
    const menu = fallbackMenu(deviceOf({ slots: [failed, ...others], next: { slot, reason } }));
    expect(view(menu).countdown).toBe("Going on without this menu in 30 s");
    const { model, effects } = ticks(menu, 30);
    expect(effects).toEqual([{ kind: "finish", outcome: { kind: "unattended" }, from: null }]);
    expect(view(model).notice?.text).toBe("Going on without this menu.");
  },
);

test("it waits for a person when the only slot that may start has no root here", () => {
  const next = { slot: "b", reason: { code: "default", text: "Slot B is the default." } } as const;
  const menu = fallbackMenu(deviceOf({ slots: [failed, slotOf("b", { entry: null })], next }));
  expect(ticks(menu, 1000).model.outcome).toBeNull();
});

test.each([
  [
    "goes on with another slot, not by a restart that may lead here again",
    slotOf("a"),
    { kind: "unattended" },
  ],
  ["waits for a person when there is no other", failed, null],
])("a default slot that needs its own kernel %s", (_, other, outcome) => {
  const reason = { code: "needs-own-kernel", text: "Slot B: its modules are for 6.2." } as const;
  const own = slotOf("b", { entry: "reboot" });
  const status = deviceOf({
    slots: [other, own],
    next: { slot: "b", reason: { ...reason, code: "default" } },
  });
  const menu = openMenu({ status, reason, countdownSeconds: 30, footer: "" });
  expect(ticks(menu, 1000).model.outcome).toEqual(outcome);
});

test("choosing during it is obeyed", () => {
  expect(chooseKey(fallbackMenu(), "continue").effects).toHaveLength(1);
});
