import { expect, test } from "vitest";
import type { Slot } from "../../../src/domain/slot.ts";
import { view } from "../../../src/menu/show.ts";
import { chooseKey, deviceOf, itemOf, keysOf, menuOf } from "./device.ts";

/** A slot that nothing but the type of its partition tells, and of which nobody keeps state. */
const SYSTEM: Slot = {
  id: "a",
  label: "System",
  health: "unknown",
  priority: null,
  triesLeft: null,
  triesDone: null,
  successful: null,
  entry: "switch-root",
  entryReason: null,
  identity: "PARTUUID=4f68bce3-0000-4000-8000-000000000003",
  device: "/dev/vda3",
  os: { name: "Test", version: "24.2" },
};
const DEVICE = deviceOf({
  ...{ scheme: "memory", capabilities: [], slots: [SYSTEM], default: "a", booted: null },
  next: { slot: "a", reason: { code: "default", text: "System is the default." } },
});

test("a slot of which nobody keeps a health is told of as not tested, and not as unreadable", () => {
  const menu = menuOf(DEVICE);
  expect(itemOf(menu, "slot:a")).toMatchObject({ tone: "neutral", card: { healthWord: "Not tested" } });
  const opened = chooseKey(menu, "slot:a").model;
  const values = view(opened).facts.map(({ value }) => value);
  expect(values).toContain("Not tested: nothing tells whether it works");
});

test("it is started from the first screen, and nothing is offered that its store cannot keep", () => {
  const menu = menuOf(DEVICE);
  expect(itemOf(menu, "continue")).toMatchObject({ label: "Start System", enabled: true });
  const keys = keysOf(chooseKey(menu, "slot:a").model);
  for (const key of ["make-default", "mark-good", "fresh-tries", "mark-bad"]) expect(keys).not.toContain(key);
});

test("where another family could be meant too, nothing says that it starts without the menu", () => {
  const detail = (code: "ambiguous-store" | "key-held") =>
    itemOf(menuOf(DEVICE, { reason: { code, text: "" } }), "continue")?.detail;
  expect([detail("ambiguous-store"), detail("key-held")]).toEqual([
    null,
    "This is what starts without the menu.",
  ]);
});
