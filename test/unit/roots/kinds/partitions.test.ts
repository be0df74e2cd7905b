import { expect, test } from "vitest";
import { partitions, type SlotsPlace } from "../../../../src/roots/kinds/partitions.ts";
import { KERNEL } from "../../../fixtures/systems/family.ts";
import { slotsPlace } from "../../../fixtures/systems/partitions.ts";

const RUNNING = { kernel: KERNEL, lastRun: null };
const place = slotsPlace();
const describe = (id: string, from: SlotsPlace = place) => partitions.describe(from, id, RUNNING);

test("a slot is described by its root, its store and the time in its superblock", () => {
  expect(describe("a=PARTUUID=0000-a")).toMatchObject({
    title: "Slot A (Pm OS)",
    version: "24.3",
    date: "2026-11-01T12:00:00Z",
    kernel: { releases: [KERNEL], isRunning: true },
    health: {
      state: "good",
      evidence: ["The store chromeos-gpt says: priority 2, tries left 0, confirmed."],
    },
    flags: { default: true, incomplete: false },
    once: { entry: "switch-root", reason: null },
    always: { command: null, reason: "It is the default." },
    warnings: [],
  });
});

test("one for another kernel says so, and by which command it becomes the default", () => {
  expect(describe("b=PARTUUID=0000-b")).toMatchObject({
    title: "Slot B",
    ...{ version: null, date: null },
    kernel: { releases: ["6.1.0-24.1"], isRunning: false },
    health: { state: "trying", triesLeft: 2 },
    once: { entry: "reboot", reason: "Its kernel modules are for 6.1.0-24.1, this kernel is 6.1.0-24.2." },
    always: { command: "holdfast select b" },
    warnings: ["It is chosen for the next start only."],
  });
});

test("an empty slot is incomplete, and nothing is invented for it", () => {
  expect(describe("c")).toMatchObject({
    ...{ title: "Slot C", version: null, date: null },
    kernel: { releases: [], isRunning: null },
    flags: { incomplete: true },
    once: { entry: null, reason: "It is empty." },
  });
});

test("which slot runs is named only where that is certain", () => {
  expect(partitions.named(place, "")).toBe("a=PARTUUID=0000-a");
  const guess = { ...place, status: { ...place.status, booted: { slot: "a", certain: false } } };
  expect(partitions.named(guess, "")).toBeNull();
  expect(describe("a=PARTUUID=0000-a", guess).warnings).toEqual([
    "It is taken for the running one by a guess.",
  ]);
});

test("a store without such a choice refuses the default", () => {
  const fixed = { ...place, status: { ...place.status, capabilities: [] } };
  const reason = "A default cannot be written to the store chromeos-gpt.";
  expect(describe("b=PARTUUID=0000-b", fixed).always).toEqual({ command: null, reason });
  expect(() => partitions.select(fixed, "b=PARTUUID=0000-b", RUNNING)).toThrow(reason);
});

test("a device with one slot keeps one system", () => {
  const [only] = place.status.slots;
  const alone = slotsPlace(only === undefined ? [] : [only]);
  expect(partitions.list(alone)).toEqual(["a=PARTUUID=0000-a"]);
  expect(partitions.open(alone, "a=PARTUUID=0000-a", RUNNING, "/sysroot")).toEqual({
    entry: "switch-root",
    slot: "a",
  });
});
