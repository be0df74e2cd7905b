import { describe, expect, test } from "vitest";
import type { DeveloperChange } from "../../../../src/domain/developer.ts";
import { LOG_SOURCES } from "../../../../src/domain/log-source.ts";
import { RESET_SCOPES } from "../../../../src/domain/reset.ts";
import { RESTART_TARGETS } from "../../../../src/domain/restart.ts";
import type { Change } from "../../../../src/domain/slot.ts";
import type { StateChange } from "../../../../src/domain/state-report.ts";
import type { UsbChange } from "../../../../src/domain/usb.ts";
import type { Ask } from "../../../../src/menu/asks.ts";
import type { MenuOutcome } from "../../../../src/menu/outcome.ts";
import { SCREEN_IDS } from "../../../../src/menu/view.ts";
import { KEYS, SERIAL_KEYS, SERIAL_LINES, TOUCH } from "./hands.ts";
import { walk } from "./walk.ts";
import { WORLDS } from "./worlds.ts";

type Names<Kind extends string> = Readonly<Record<Kind, readonly string[]>>;

/** What the menu asks of each service; a new service, or a new change of one, does not compile until it is here. */
const CHANGES: Names<Change["kind"]> = {
  select: ["apply select", "apply select once"],
  "mark-good": ["apply mark-good"],
  "mark-bad": ["apply mark-bad"],
  "set-tries": ["apply set-tries"],
  // A boot takes a try, never a person.
  "take-try": [],
};
const STATE: Names<StateChange["kind"]> = {
  repair: ["changeState repair"],
  temporary: ["changeState temporary"],
  unlock: ["changeState unlock"],
};
const DEVELOPER: Names<DeveloperChange["kind"]> = {
  discard: ["changeDeveloper discard"],
  "keep-layer": ["changeDeveloper keep-layer"],
  "set-aside-layer": ["changeDeveloper set-aside-layer"],
  "turn-off": ["changeDeveloper turn-off"],
  "turn-on": ["changeDeveloper turn-on"],
};
const USB: Names<UsbChange["kind"]> = {
  export: ["changeUsb export read-only", "changeUsb export read-write"],
  network: ["changeUsb network false", "changeUsb network true"],
  shell: ["changeUsb shell false", "changeUsb shell true"],
  "take-back": ["changeUsb take-back"],
};
const ASKS: Names<Ask["service"]> = {
  apply: Object.values(CHANGES).flat(),
  changeDeveloper: Object.values(DEVELOPER).flat(),
  changeState: Object.values(STATE).flat(),
  changeUsb: Object.values(USB).flat(),
  compare: ["compare"],
  developer: ["developer"],
  extensions: ["extensions"],
  lastGoodStarts: ["lastGoodStarts"],
  leaveOut: ["leaveOut", "takeIn"],
  log: LOG_SOURCES.map((source) => `log ${source}`),
  previewReset: RESET_SCOPES.map((scope) => `previewReset ${scope}`),
  remember: ["remember"],
  repair: ["repair"],
  repairs: ["repairs"],
  reset: RESET_SCOPES.map((scope) => `reset ${scope}`),
  restartTargets: ["restartTargets"],
  saveLogs: ["saveLogs"],
  state: ["state"],
  systems: ["systems"],
  usb: ["usb"],
  usbLink: ["usbLink"],
};
const OUTCOMES: Names<MenuOutcome["kind"]> = {
  enter: ["enter", "enter safe"],
  "enter-system": ["enter-system"],
  reboot: ["reboot into a slot", ...RESTART_TARGETS.map((target) => `reboot ${target}`)],
  "power-off": ["power-off"],
  // Where nobody chooses.
  unattended: [],
};

/** Everything that the menu can make a device do or tell. */
const EFFECTS = [...Object.values(ASKS), ...Object.values(OUTCOMES)].flat().sort();

/** A reset is the only one that leads to "progress", and is answered before it is looked at. */
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

  test("every effect of the table is reached, and none besides", () => {
    expect(all("effects")).toEqual(EFFECTS);
  });
});
