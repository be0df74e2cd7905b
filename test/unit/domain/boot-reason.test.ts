import { expect, test } from "vitest";
import { bootloaderReason, defaultReason, failureOf } from "../../../src/domain/boot-reason.ts";
import type { SlotState } from "../../../src/domain/slot.ts";

const slot = (id: string, health: SlotState["health"]): SlotState => {
  return { id, health, priority: null, triesLeft: 0, triesDone: 3, successful: false };
};

test("the bootloader's choice comes with the slot that it may have passed over, and claims no more", () => {
  const text = (...hindered: SlotState[]) =>
    bootloaderReason("a", hindered, new Map([["b", "Beta"]]), new Map()).text;
  expect(text()).toBe("The bootloader chose slot A.");
  expect(text(slot("b", "bad"))).toBe(
    "The bootloader chose slot A; Beta was not confirmed and has no tries left.",
  );
  expect(text(slot("a", "trying"))).toBe("The bootloader chose slot A.");
});

const last = (attempts: number) => {
  const reason = { code: "default", text: "" } as const;
  return { slot: "a", reason, console: null, attempts, outcome: "entered", told: null } as const;
};
const crash = { kind: "crash", text: "kernel panic: no root", lines: [] } as const;
const marked = { kind: "marked-bad", text: "", lines: [] } as const;

test("a slot that was confirmed when it was entered used up no try: somebody marked it", () => {
  expect(failureOf(last(0), new Map())).toBe("was marked bad");
  expect(failureOf(last(2), new Map())).toBe("did not start after 2 tries");
});

test("a failure that was seen is named", () => {
  expect(failureOf(last(2), new Map([["a", crash]]))).toBe(
    "did not start after 2 tries (kernel panic: no root)",
  );
  expect(failureOf(last(2), new Map([["a", marked]]))).toBe("was marked bad");
  const text = (failure: typeof crash | typeof marked) =>
    defaultReason(slot("a", "good"), [slot("b", "bad")], new Map(), new Map([["b", failure]])).text;
  expect(text(marked)).toBe("Slot B was marked bad, so slot A is used.");
  expect(text(crash)).toBe(
    "Slot B was not confirmed and has no tries left (kernel panic: no root), so slot A is used.",
  );
});
