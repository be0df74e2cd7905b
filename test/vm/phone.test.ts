import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO_STATE } from "../../src/build/demo-slots.ts";
import { Key } from "../../src/bytes/input-event.ts";
import { waitForFrame } from "./frames.ts";
import { type InputDevice, key, report } from "./input/device.ts";
import { Hands, intentsOf, tryOut, uinputProgram } from "./input/hands.ts";
import { GAMEPAD, LID, POWER_KEY, panelOfProtocolA, panelOfProtocolB, VOLUME_KEYS } from "./input/phones.ts";
import {
  aquarisX5,
  GALAXY_NOTE_KEYS,
  galaxyNote10,
  REDMI_4X,
  samsungS6sy761,
  sitronixSt1232,
  xiaomiMi2,
} from "./input/recorded.ts";
import { type Bench, bench } from "./kit.ts";
import type { Machine } from "./machine.ts";
import { proved } from "./matrix.ts";
import { BACK_ROW, POWER_TILE, tapOn } from "./places.ts";
import { until } from "./until.ts";

/** Without it the kernel has no /dev/fb0 for a card, as many a phone's has none. */
const NO_FRAMEBUFFER = "drm_kms_helper.fbdev_emulation=0";
const WATCHDOG = "cd /sys/class/watchdog/watchdog0; cat identity state";

/** Those that listen to the kernel's group: see watchUevents. */
const UEVENT_SOCKETS = "grep -c ' 15 .* 00000001 ' /proc/net/netlink; true";

describe("a phone without a framebuffer device", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-phone-"));
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "phone",
      modules: ["virtio_gpu", "uinput", "softdog"],
      files: uinputProgram(folder),
      state: { ...DEMO_STATE, toml: '[menu]\nwatchdog = "feed"\n' },
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  test("shows the menu on its card; touch panels, keys and a gamepad lead through it", async () => {
    const machine = await machines.start({ display: "virtio-gpu", words: [NO_FRAMEBUFFER] });
    machine.keys.hold("volumedown");
    await waitForFrame(machine, "home", 150_000);
    await machine.keys.release("volumedown");
    expect(await machine.agent.output("ls -d /dev/fb* /dev/dri/card* 2>/dev/null; true")).toBe(
      "/dev/dri/card0",
    );
    expect(await machine.agent.output("cat /run/holdfast/menu.log")).toContain(
      "panel: /dev/dri/card0 Virtual-1 720x1440",
    );
    expect(await machine.agent.output(WATCHDOG)).toBe("Software Watchdog\nactive");
    // Nothing but the kernel tells of what is plugged in from here on.
    expect(Number(await machine.agent.output(UEVENT_SOCKETS))).toBeGreaterThan(0);

    await (await tryOut(machine, panelOfProtocolB(POWER_TILE, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "power");
    await (await tryOut(machine, panelOfProtocolA(BACK_ROW, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "home-power-focused");
    await tryOutRecorded(machine);
    await loseEvents(machine);
    await nobodyElseHears(machine);
    await tryOut(machine, GAMEPAD);
    await tryOut(machine, VOLUME_KEYS);
    await tryOut(machine, LID);
    // The focus is on a slot, whose screen the key opens.
    await tryOut(machine, POWER_KEY);
    const keys = ["gpio-keys", "power key", "gamepad", "lid"] as const;
    proved("x64 virtio-gpu, DRM", "tablet", "touch A", "touch B", "real phones", ...keys);
  });
});

/** Begins and ends where the focus of the home screen is on "Power". */
async function tryOutRecorded(machine: Machine): Promise<void> {
  const taps = async (power: InputDevice, back: InputDevice) => {
    await (await tryOut(machine, power)).pullOut();
    await waitForFrame(machine, "power");
    await (await tryOut(machine, back)).pullOut();
    await waitForFrame(machine, "home-power-focused");
  };
  await taps(xiaomiMi2(POWER_TILE), galaxyNote10(BACK_ROW));
  await taps(samsungS6sy761(POWER_TILE), sitronixSt1232(BACK_ROW));
  await (await tryOut(machine, REDMI_4X)).pullOut();
  await (await tryOut(machine, aquarisX5(POWER_TILE))).pullOut();
  await waitForFrame(machine, "home-power-focused");
  await (await tryOut(machine, GALAXY_NOTE_KEYS)).pullOut();
  await waitForFrame(machine, "power");
  await tapOn(machine, BACK_ROW);
  await waitForFrame(machine, "home-power-focused");
}

/** A finger is lifted while nobody reads, and more follows than the kernel keeps (SYN_DROPPED): the next tap counts. */
async function loseEvents(machine: Machine): Promise<void> {
  const device = panelOfProtocolB(POWER_TILE, ["choose-item"]);
  const tap = device.gestures.find(({ what }) => what === "a tap");
  if (tap === undefined) throw new Error("the panel has a tap");
  const lifted = tap.events.findIndex((event) => typeof event === "number");
  const panel = await Hands.plugIn(machine, device);
  await panel.does({ what: "a finger comes down", events: tap.events.slice(0, lifted), intents: [] });
  await machine.agent.output("kill -STOP $(pidof holdfast)");
  const noise = Array.from({ length: 300 }, () => [
    key(Key.touch, 1),
    report,
    key(Key.touch, 0),
    report,
  ]).flat();
  await panel.does({
    what: "it is lifted, unseen",
    events: [...tap.events.slice(lifted), ...noise],
    intents: [],
  });
  await machine.agent.output("kill -CONT $(pidof holdfast)");
  expect(await panel.does(tap)).toEqual(tap.intents);
  await panel.pullOut();
  await waitForFrame(machine, "power");
  await tapOn(machine, BACK_ROW);
  await waitForFrame(machine, "home-power-focused");
}

/** What the menu reads does not reach others, such as the text console or a login. */
async function nobodyElseHears(machine: Machine): Promise<void> {
  const intents = async () => intentsOf(await machine.agent.output("cat /run/holdfast/menu.log"));
  const before = (await intents()).length;
  await machine.agent.output("for d in /dev/input/event*; do cat $d >>/run/heard 2>/dev/null & done");
  await machine.press("volumeup");
  await machine.press("volumedown");
  await until(async () => (await intents()).length === before + 2, {
    what: "two moves",
    timeout: 10_000,
    describe: () => machine.terminal.describe(),
  });
  expect(await machine.agent.output("wc -c </run/heard; kill $(pidof cat)")).toBe("0");
}
