import { describe, expect, test } from "vitest";
import { LOG_SOURCES } from "../../../../src/domain/log-source.ts";
import { RESET_SCOPES } from "../../../../src/domain/reset.ts";
import { RESTART_TARGETS } from "../../../../src/domain/restart.ts";
import { SCREEN_IDS } from "../../../../src/menu/view.ts";
import { KEYS, SERIAL_KEYS, SERIAL_LINES, TOUCH } from "./hands.ts";
import { walk } from "./walk.ts";
import { WORLDS } from "./worlds.ts";

/** Everything that the menu can make a device do or tell. A reset is the only one that leads to "progress". */
const EFFECTS = [
  "apply mark-bad",
  "apply mark-good",
  "apply select",
  "apply select once",
  "apply set-tries",
  "changeDeveloper discard",
  "changeDeveloper keep-layer",
  "changeDeveloper set-aside-layer",
  "changeDeveloper turn-off",
  "changeDeveloper turn-on",
  "changeState repair",
  "changeState temporary",
  "changeState unlock",
  "changeUsb export read-only",
  "changeUsb export read-write",
  "changeUsb network false",
  "changeUsb network true",
  "changeUsb shell false",
  "changeUsb shell true",
  "changeUsb take-back",
  "compare",
  "developer",
  "enter",
  "enter safe",
  "enter-system",
  "extensions",
  "lastGoodStarts",
  "leaveOut",
  ...LOG_SOURCES.map((source) => `log ${source}`),
  "power-off",
  ...RESET_SCOPES.map((scope) => `previewReset ${scope}`),
  "reboot into a slot",
  ...RESTART_TARGETS.map((target) => `reboot ${target}`),
  "remember",
  "repair",
  "repairs",
  ...RESET_SCOPES.map((scope) => `reset ${scope}`),
  "restartTargets",
  "saveLogs",
  "state",
  "systems",
  "takeIn",
  "usb",
].sort();

/** A reset is answered before it is looked at. */
const SCREENS = SCREEN_IDS.filter((id) => id !== "progress").sort();

describe.each([
  ["three keys", KEYS],
  ["a finger", TOUCH],
  ["a serial terminal's keys", SERIAL_KEYS],
  ["numbers on a serial line", SERIAL_LINES],
])("by %s alone", (_, hands) => {
  const reached = WORLDS.map((world) => walk(world, hands));
  const all = (what: "screens" | "effects") =>
    [...new Set(reached.flatMap((each) => [...each[what].keys()]))].sort();

  test("every screen is reached", () => {
    expect(all("screens")).toEqual(SCREENS);
  });

  test("every effect is reached, and none besides", () => {
    expect(all("effects")).toEqual(EFFECTS);
  });
});
