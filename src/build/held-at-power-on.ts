import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { HeldKeys, type Key } from "./held-keys.ts";
import { Qmp } from "./qmp.ts";

/** Milliseconds between two looks at the panel, and until a panel that stays dark is given up. */
const LOOK = 500;
const GIVE_UP = 120_000;

/** Holds a key from power-on until the panel shows a picture, as a person does who lets go of it then. */
export async function holdAtPowerOn(
  socket: string,
  key: Key,
  panel: { readonly width: number; readonly height: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-demo-"));
  const file = join(folder, "panel.ppm");
  try {
    const qmp = await Qmp.connect(socket);
    const keys = new HeldKeys(qmp);
    keys.hold(key);
    const deadline = Date.now() + GIVE_UP;
    while (Date.now() < deadline && !(await isLit(qmp, file, panel))) await pause(LOOK);
    await keys.release(key);
    qmp.close();
  } catch {
    // The machine was ended meanwhile; there is nothing left to hold.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the panel has its own size and a lit corner: text consoles are black there, Holdfast is not. */
async function isLit(qmp: Qmp, file: string, panel: { width: number; height: number }): Promise<boolean> {
  await qmp.execute("screendump", { filename: file });
  const picture = readFileSync(file);
  // PPM: "P6", width, height and 255 on lines of their own, then R, G, B of each pixel, rows from the top.
  const head = `P6\n${panel.width} ${panel.height}\n255\n`;
  if (picture.subarray(0, head.length).toString("latin1") !== head) return false;
  return picture.subarray(-3).some((value) => value > 0);
}
