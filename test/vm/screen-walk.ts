import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { chooseByKeys } from "./choose.ts";
import { waitForMenu } from "./first-frame.ts";
import { waitForFrame } from "./frames.ts";
import { tryEveryInput } from "./input/every-input.ts";
import type { Bench, Variant } from "./kit.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { type Place, proved } from "./matrix.ts";
import { isTextConsole } from "./picture.ts";
import type { Spot } from "./places.ts";
import { waitForSlot } from "./real-root.ts";
import { shoot } from "./shoot.ts";

/** A way in which a machine has a screen. */
export interface Screen {
  /** In the table of what was seen. */
  readonly place: Place;
  /** What the menu's log calls it. */
  readonly name: string;
  readonly variant: Variant;
  readonly machine: Partial<MachineOptions>;
  /** Where the tile "Power" is on that panel's home screen. */
  readonly power: Spot;
}

/**
 * Boots into the menu, works it with every kind of device, chooses slot B by three keys, and looks that from then on
 * neither text nor black is seen, as the system shows a splash of its own next.
 */
export async function walkOn(screen: Screen, machines: Bench): Promise<void> {
  const { place, name, power, machine: options } = screen;
  const machine = await machines.start({ ...options, words: ["splash", ...(options.words ?? [])] });
  machine.keys.hold("volumedown");
  await waitForMenu(machine);
  await waitForFrame(machine, "home", 120_000);
  await machine.keys.release("volumedown");
  expect(await machine.agent.output("cat /run/holdfast/menu.log")).toContain(`panel: ${name}`);
  await shoot(machine, `home-${place.replaceAll(/\W+/g, "-")}`);
  const inputs = await tryEveryInput(machine, power);
  await chooseByKeys(machine, "Slot B");
  await chooseByKeys(machine, "Start Slot B once");
  expect(await gapsUntil(machine, waitForSlot(machine, "b"))).toEqual([]);
  proved(place, ...inputs);
}

/** Looks at the panel all the time until the slot has started; the times at which it was black, or had text. */
async function gapsUntil(machine: Machine, started: Promise<unknown>): Promise<number[]> {
  const since = Date.now();
  const gaps: number[] = [];
  let isOver = false;
  const over = started.finally(() => {
    isOver = true;
  });
  while (!isOver) {
    if (isTextConsole(await machine.screenshot())) gaps.push(Date.now() - since);
    await pause(30);
  }
  await over;
  return gaps;
}
