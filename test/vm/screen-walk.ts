import { setTimeout as pause } from "node:timers/promises";
import { expect } from "vitest";
import { chooseByKeys } from "./choose.ts";
import { waitForMenu } from "./first-frame.ts";
import { waitForFrame } from "./frames.ts";
import type { Bench, Variant } from "./kit.ts";
import type { Machine, MachineOptions } from "./machine.ts";
import { proved } from "./matrix.ts";
import { isTextConsole } from "./picture.ts";
import { waitForSlot } from "./real-root.ts";

/** A way in which a machine has a screen. */
export interface Screen {
  /** In the table of what was seen. */
  readonly display: string;
  /** What the menu's log calls it. */
  readonly name: string;
  readonly variant: Variant;
  readonly machine: Partial<MachineOptions>;
}

/**
 * Boots into the menu, chooses slot B by three keys, and looks that from then on neither text nor black is seen, as the
 * system shows a splash of its own next.
 */
export async function walkOn({ display, name, machine: options }: Screen, machines: Bench): Promise<void> {
  const machine = await machines.start({ ...options, words: ["splash", ...(options.words ?? [])] });
  machine.keys.hold("volumedown");
  await waitForMenu(machine);
  await waitForFrame(machine, "home", 120_000);
  await machine.keys.release("volumedown");
  expect(await machine.agent.output("cat /run/holdfast/menu.log")).toContain(`panel: ${name}`);
  await chooseByKeys(machine, "Slot B");
  await chooseByKeys(machine, "Start Slot B once");
  expect(await gapsUntil(machine, waitForSlot(machine, "b"))).toEqual([]);
  proved({ arch: "x64", display, inputs: ["volume and power"] });
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
