import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Qmp } from "./qmp.ts";

/** Real keyboards repeat a held key about this often, in milliseconds. */
const REPEAT = 100;
const GIVE_UP = 120_000;

/**
 * Holds a key (a QKeyCode of QEMU) from power-on until the panel shows a picture, as a person does who lets
 * go when the menu comes up. Its event repeats, so that a driver that starts later sees it too.
 */
export async function holdAtPowerOn(
  socket: string,
  key: string,
  panel: { readonly width: number; readonly height: number },
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "holdfast-demo-"));
  const file = join(folder, "panel.ppm");
  try {
    const qmp = await Qmp.connect(socket);
    const send = (down: boolean) => qmp.execute("input-send-event", { events: [keyEvent(key, down)] });
    const deadline = Date.now() + GIVE_UP;
    for (let turn = 0; Date.now() < deadline; turn++) {
      await send(true);
      if (turn % 5 === 0 && (await isLit(qmp, file, panel))) break;
      await pause(REPEAT);
    }
    await send(false);
    qmp.close();
  } catch {
    // The machine was ended meanwhile; there is nothing left to hold.
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function keyEvent(key: string, down: boolean): unknown {
  return { type: "key", data: { down, key: { type: "qcode", data: key } } };
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
