import { expect } from "vitest";
import type { Change, Slot } from "../../../src/domain/slot.ts";
import type { DeviceStatus } from "../../../src/domain/status.ts";
import type { Answer } from "../../../src/menu/asks.ts";
import { type Model, openMenu, type Step, type Viewer } from "../../../src/menu/model.ts";
import { view } from "../../../src/menu/show.ts";
import { update } from "../../../src/menu/update.ts";
import type { Intent, ViewItem } from "../../../src/menu/view.ts";

/** A good slot that can be entered in place, with what a test changes. */
export function slotOf(id: string, change: Partial<Slot> = {}): Slot {
  return {
    id,
    label: `Slot ${id.toUpperCase()}`,
    health: "good",
    priority: 1,
    triesLeft: 0,
    triesDone: null,
    successful: true,
    entry: "switch-root",
    entryReason: null,
    identity: `PARTUUID=0000000${id}`,
    device: `/dev/vd${id}`,
    os: { name: "Demo OS", version: "1.0" },
    ...change,
  };
}

/** Slots A (default, good) and B (two of three tries left) on a scheme that can do all but once. */
export function deviceOf(change: Partial<DeviceStatus> = {}): DeviceStatus {
  return {
    scheme: "chromeos-gpt",
    counting: "holdfast",
    capabilities: ["triesLeft", "select", "markGood", "markBad", "setTries"],
    freshTries: 3,
    booted: null,
    default: "a",
    once: null,
    next: { slot: "a", reason: { code: "default", text: "Slot A is the default." } },
    slots: [slotOf("a"), slotOf("b", { health: "trying", triesLeft: 2, successful: false })],
    problems: [],
    ...change,
  };
}

/** Both slots bad, so that nothing can start. */
export function deadDevice(change: Partial<DeviceStatus> = {}): DeviceStatus {
  const bad = { health: "bad", triesLeft: 0, successful: false } as const;
  return deviceOf({
    default: null,
    next: { slot: null, reason: { code: "nothing-bootable", text: "No slot can be started." } },
    slots: [slotOf("a", bad), slotOf("b", bad)],
    ...change,
  });
}

/** A menu that was opened by a held key. */
export function menuOf(status: DeviceStatus = deviceOf(), change: Partial<Model> = {}): Model {
  const reason = { code: "key-held", text: "You held volume-down, so this menu opened." } as const;
  return { ...openMenu({ status, reason, countdownSeconds: 30, footer: "Holdfast" }), ...change };
}

/** A menu that waits 30 seconds after a fallback from A to B. */
export function fallbackMenu(status: DeviceStatus = deviceOf()): Model {
  const reason = {
    code: "fallback",
    text: "Slot A did not start after 3 tries, so slot B is used.",
  } as const;
  return openMenu({ status, reason, countdownSeconds: 30, footer: "Holdfast" });
}

/** A terminal, unless it is the panel. */
export function viewerOf(name: string): Viewer {
  return name === "panel"
    ? { name, confirms: "hold", letters: "all" }
    : { name, confirms: "word", letters: "latin" };
}

export function press(model: Model, intent: Intent, from = "ttyS0"): Step {
  return update(model, { kind: "intent", intent, from: viewerOf(from) });
}

/** The answer to whatever the menu is busy with. */
export function answered(model: Model, answer: Answer): Step {
  return update(model, { kind: "answered", id: model.busy?.id ?? 0, answer });
}

/** The device after the write that the menu is busy with. */
export function applied(model: Model, status: DeviceStatus): Step {
  return answered(model, { service: "apply", value: status });
}

export function failed(model: Model, message: string): Step {
  return update(model, { kind: "failed", id: model.busy?.id ?? 0, message });
}

/** The effect of a write that was asked for. */
export function applyEffect(change: Change, from = "ttyS0") {
  return { kind: "ask", id: expect.any(Number), ask: { service: "apply", change }, from };
}

/** The model after several keys of one console. */
export function pressed(model: Model, ...kinds: ("next" | "previous" | "choose" | "back")[]): Model {
  return kinds.reduce((before, kind) => press(before, { kind }).model, model);
}

/** Opens the details of a slot. */
export function openSlot(model: Model, id: string): Model {
  return press(model, { kind: "choose-item", key: `slot:${id}` }).model;
}

export function chooseKey(model: Model, key: string, from = "ttyS0"): Step {
  return press(model, { kind: "choose-item", key }, from);
}

export function itemOf(model: Model, key: string): ViewItem | undefined {
  return view(model).items.find((item) => item.key === key);
}

export function keysOf(model: Model): string[] {
  return view(model).items.map((item) => item.key);
}

export function focusedKey(model: Model): string | undefined {
  const seen = view(model);
  return seen.items[seen.focus]?.key;
}
