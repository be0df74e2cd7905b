import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { CACHE } from "../../src/build/paths.ts";
import { renderPreparedFrame } from "../../src/panel/prepared.ts";
import { compare, type Picture } from "../golden/compare.ts";
import { goldenPath, readGolden } from "../golden/files.ts";
import type { Machine } from "./machine.ts";
import { pictureOfFrame } from "./picture.ts";

/**
 * Waits until the panel shows the golden frame `vm-<name>`, by the tolerance of test/golden. With
 * HOLDFAST_WRITE_FRAMES=1 it waits until the menu stands still and keeps what it shows as the golden frame:
 * look at it before it is committed.
 */
export async function waitForFrame(machine: Machine, name: string, timeout = 60_000): Promise<void> {
  if (process.env.HOLDFAST_WRITE_FRAMES === "1") return keepFrame(machine, name);
  const golden = await readGolden(`vm-${name}`, machine.panel);
  try {
    await machine.waitForPicture(`the frame vm-${name}`, (picture) => compare(picture, golden).same, timeout);
  } catch (error) {
    const file = join(CACHE, "failures", `${name}.png`);
    mkdirSync(join(CACHE, "failures"), { recursive: true });
    await machine.screendump(file);
    const log = await machine.agent.run("tail -n 20 /run/holdfast/menu.log", 5000).catch(() => null);
    const seen = `what it shows is in ${file}, and the menu's log ends with\n${log?.output ?? "nothing"}`;
    throw new Error(`The panel does not show vm-${name}; ${seen}`, { cause: error });
  }
}

/** Milliseconds without a change after which a panel is taken to stand still. */
const STILL = 4000;

async function keepFrame(machine: Machine, name: string): Promise<void> {
  const { width, height } = machine.panel;
  const stride = width * 4;
  const prepared = pictureOfFrame(renderPreparedFrame(width, height, stride), width, height, stride);
  let before: Picture;
  let now = await machine.screenshot();
  do {
    before = now;
    await pause(STILL);
    now = await machine.screenshot();
  } while (!compare(now, before).same || compare(now, prepared).same);
  await machine.screendump(goldenPath(`vm-${name}`, machine.panel));
}
