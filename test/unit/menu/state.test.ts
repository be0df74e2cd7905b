import { expect, test } from "vitest";
import type { StateReport } from "../../../src/domain/state-report.ts";
import type { Model } from "../../../src/menu/model.ts";
import { learn } from "../../../src/menu/readings.ts";
import { view } from "../../../src/menu/show.ts";
import { ALL_SERVICES } from "../../fixtures/fake-services.ts";
import { chooseKey, deviceOf, keysOf, menuOf } from "./device.ts";

const WELL: StateReport = {
  kind: "partition",
  device: "/dev/vda6",
  fstype: "ext4",
  size: 1000,
  free: 500,
  encrypted: { open: true, locked: false, failures: 0, wait: 0, problem: null },
  problem: null,
  notes: [],
};
const CLOSED = { open: false, locked: false, failures: 0, wait: 0, problem: "encrypted.img is too short." };

function menuWith(report: StateReport): Model {
  return told(menuOf(deviceOf(), { offered: ALL_SERVICES }), report);
}

/** The menu with the answer to what its screen asked. */
function told(menu: Model, report: StateReport): Model {
  return learn(menu, { service: "state" }, report);
}

test("a state partition that is well is nobody's concern on the first screen", () => {
  expect(keysOf(menuWith(WELL))).not.toContain("state");
});

test.each<[string, Partial<StateReport>, readonly string[]]>([
  ["is broken", { kind: "unusable", problem: "No file system." }, ["temporary", "repair", "reset"]],
  ["has a locked part", { encrypted: { ...CLOSED, locked: true, problem: null } }, ["unlock", "reset"]],
  ["has an encrypted part that is broken", { encrypted: CLOSED }, ["reset"]],
  ["lives in memory", { kind: "temporary", problem: "No file system.", encrypted: null }, ["reset"]],
])("one that %s is shown first, with what can be done", (_, change, expected) => {
  const report = { ...WELL, ...change };
  const home = menuWith(report);
  expect(keysOf(home)).toContain("state");
  const opened = told(chooseKey(home, "state").model, report);
  expect(keysOf(opened)).toEqual([...expected, "back"]);
  expect(view(opened).banner?.technical ?? null).toBe(change.problem ?? change.encrypted?.problem ?? null);
});
