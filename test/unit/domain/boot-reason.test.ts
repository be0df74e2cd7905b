import { expect, test } from "vitest";
import { bootloaderReason } from "../../../src/domain/boot-reason.ts";
import type { SlotState } from "../../../src/domain/slot.ts";

const slot = (id: string, health: SlotState["health"]): SlotState => {
  return { id, health, priority: null, triesLeft: 0, triesDone: 3, successful: false };
};

test("the bootloader's choice comes with the slot that it may have passed over, and claims no more", () => {
  const text = (...hindered: SlotState[]) => bootloaderReason("a", hindered, new Map([["b", "Beta"]])).text;
  expect(text()).toBe("The bootloader chose slot A.");
  expect(text(slot("b", "bad"))).toBe(
    "The bootloader chose slot A; Beta was not confirmed and has no tries left.",
  );
  expect(text(slot("a", "trying"))).toBe("The bootloader chose slot A.");
});
