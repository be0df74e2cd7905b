import { mkdirSync } from "node:fs";
import type { Machine } from "./machine.ts";

/** A moment for the panel, which may be behind the serial line, in ms. */
const BEHIND = 400;

/** Keeps a picture of the panel for people who want to see it: HOLDFAST_SHOTS names a folder. */
export async function shoot(machine: Machine, name: string): Promise<void> {
  const folder = process.env.HOLDFAST_SHOTS;
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  await new Promise((resolve) => setTimeout(resolve, BEHIND));
  await machine.screendump(`${folder}/${name}.png`);
}
