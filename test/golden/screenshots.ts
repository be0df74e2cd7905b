import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../../src/build/paths.ts";
import type { DisplayChoice } from "../../src/menu/display.ts";
import { loadCanvas } from "../../src/panel/canvas.ts";
import { drawRows, measureText } from "../../src/panel/draw.ts";
import { layOut } from "../../src/panel/layout.ts";
import { menuScreens } from "../fixtures/menu-screens.ts";

/*
 * The pictures of the README, drawn by the menu itself:
 *   node --disable-warning=ExperimentalWarning test/golden/screenshots.ts
 */

const PHONE = { width: 720, height: 1520, mmWidth: 0, mmHeight: 0 };

/** File, screen, and how a person wants to read it. */
const PICTURES: readonly [file: string, screen: string, choice: Partial<DisplayChoice>][] = [
  ["home-fallback", "homeFallback", {}],
  ["compare", "compare", {}],
  ["reset", "resetHold", {}],
  ["home-arabic", "home", { locale: "ar", theme: "high-contrast" }],
];

for (const [file, screen, choice] of PICTURES) {
  const view = menuScreens(choice)[screen];
  if (view === undefined) throw new Error(`there is no screen ${screen}`);
  const canvas = new (loadCanvas().CanvasElement)(PHONE.width, PHONE.height);
  drawRows(canvas.getContext("2d"), layOut(view, PHONE, measureText), "rgb", 0, PHONE.height);
  writeFileSync(join(PROJECT, `assets/screenshots/${file}.png`), canvas.encodeSync("png"));
}
