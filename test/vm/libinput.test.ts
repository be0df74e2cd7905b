import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ALL } from "./all.ts";
import { waitForMenu } from "./first-frame.ts";
import { waitForFrame } from "./frames.ts";
import { Hands, tryOut, uinputProgram } from "./input/hands.ts";
import { GAMEPAD, LID, panelOfProtocolA, panelOfProtocolB, VOLUME_KEYS } from "./input/phones.ts";
import { type Bench, bench } from "./kit.ts";
import { proved } from "./matrix.ts";
import { BACK_ROW, POWER_TILE } from "./places.ts";
import { udevAndLibinput } from "./udev-files.ts";

const LOG = "cat /run/holdfast/menu.log";

describe.runIf(ALL)("an initramfs with udev and libinput", () => {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-libinput-"));
  let machines: Bench;
  beforeAll(async () => {
    machines = await bench({
      name: "libinput",
      modules: ["uinput"],
      files: { ...uinputProgram(folder), ...udevAndLibinput() },
    });
  });
  afterAll(async () => {
    await machines.clear();
    rmSync(folder, { recursive: true, force: true });
  });

  test("reads keys, touch panels and a tablet by libinput with the same intents, and a gamepad by evdev", async () => {
    const machine = await machines.start();
    machine.keys.hold("volumedown");
    await waitForFrame(machine, "home", 150_000);
    await machine.keys.release("volumedown");
    const log = await machine.agent.output(LOG);
    expect(log).toMatch(/input .*[Kk]eyboard \(\/dev\/input\/event\d+, libinput\)/);
    expect(log).toMatch(/input .*Tablet \(\/dev\/input\/event\d+, libinput\)/);

    await machine.tap(612, 1128);
    await waitForFrame(machine, "power");
    await (await tryOut(machine, panelOfProtocolA(BACK_ROW, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "home-power-focused");
    await (await tryOut(machine, panelOfProtocolB(POWER_TILE, ["choose-item"]))).pullOut();
    await waitForFrame(machine, "power");
    await tryOut(machine, VOLUME_KEYS);
    await tryOut(machine, LID);
    const pad = await Hands.plugIn(machine, GAMEPAD);
    expect(await machine.agent.output(LOG)).toMatch(
      /input Microsoft X-Box 360 pad \(\/dev\/input\/event\d+\)/,
    );
    for (const gesture of GAMEPAD.gestures) expect(await pad.does(gesture)).toEqual(gesture.intents);
    proved("x64 bochs, fbdev", "li keys", "li touch", "li tablet", "gamepad");
  });

  test("reads everything by evdev where the configuration says so", async () => {
    const files = {
      ...udevAndLibinput(),
      "etc/holdfast/config.d/50-input.toml": '[panel]\ninput = "evdev"\n',
    };
    const others = await bench({ name: "libinput-off", files });
    try {
      const machine = await others.start({ words: ["holdfast.menu"] });
      await waitForMenu(machine);
      await waitForFrame(machine, "home-asked");
      const log = await machine.agent.output(LOG);
      expect(log).toMatch(/input .*[Kk]eyboard \(\/dev\/input\/event\d+\)/);
      expect(log).toMatch(/input .*Tablet \(\/dev\/input\/event\d+\)/);
      expect(log).not.toContain("libinput)");
      await machine.tap(612, 1128);
      await waitForFrame(machine, "power");
    } finally {
      await others.clear();
    }
  });
});
