import { expect } from "vitest";
import type { Machine } from "../machine.ts";
import type { Input } from "../matrix.ts";
import { type Spot, tapOn } from "../places.ts";
import { until } from "../until.ts";
import type { InputDevice } from "./device.ts";
import { intentsOf, tryOut } from "./hands.ts";
import {
  CAMERA,
  GAMEPAD,
  HEADSET,
  KNOB,
  LID,
  mouseAt,
  POWER_KEY,
  panelOfProtocolA,
  panelOfProtocolB,
  VOLUME_KEYS,
} from "./phones.ts";

/**
 * Works the home screen, whatever its panel's size, with every kind of device: each is plugged in, does what is known of
 * it, and is pulled out. `power` is where the tile "Power" is. Answers what led through the menu.
 */
export async function tryEveryInput(machine: Machine, power: Spot): Promise<Input[]> {
  const intents = async () => intentsOf(await machine.agent.output("cat /run/holdfast/menu.log"));
  const describe = () => machine.terminal.describe();
  const wait = (what: string) => ({ what, timeout: 10_000, describe });
  /** From the screen behind a tile or a slot home again. */
  const back = async () => {
    const before = (await intents()).length;
    await machine.press("esc");
    await until(async () => (await intents()).length > before, wait("back"));
  };
  const tried = async (device: InputDevice) => (await tryOut(machine, device)).pullOut();

  const before = (await intents()).length;
  await tapOn(machine, power);
  await until(async () => (await intents()).length > before, wait("a tap"));
  expect((await intents()).slice(before)).toEqual(["choose-item"]);
  await back();
  for (const panel of [panelOfProtocolB, panelOfProtocolA]) {
    await tried(panel(power, ["choose-item"]));
    await back();
  }
  const { width, height } = machine.panel;
  const [left, up] = [Math.round((1 - power[0]) * width), Math.round((1 - power[1]) * height)];
  await tried(mouseAt(left, up, ["choose-item"]));
  await back();
  for (const keys of [HEADSET, CAMERA]) {
    await tried(keys);
    await back();
  }
  await tried(KNOB);
  await tried(GAMEPAD);
  await tried(VOLUME_KEYS);
  await tried(LID);
  await tried(POWER_KEY);
  await back();
  const keys = ["gpio-keys", "power key", "headset", "camera", "knob", "gamepad", "lid"] as const;
  return ["keyboard", "tablet", "touch A", "touch B", "mouse", ...keys];
}
