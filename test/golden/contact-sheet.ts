import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { CACHE } from "../../src/build/paths.ts";
import { type DisplayChoice, LOCALES, type Locale, THEMES, type Theme } from "../../src/menu/display.ts";
import { entryView, openTyping, type } from "../../src/menu/entry.ts";
import { speaking } from "../../src/menu/texts.ts";
import type { View } from "../../src/menu/view.ts";
import { loadCanvas } from "../../src/panel/canvas.ts";
import { drawRows, measureText } from "../../src/panel/draw.ts";
import type { Geometry } from "../../src/panel/geometry.ts";
import { layOut } from "../../src/panel/layout.ts";
import { panelSize } from "../../src/panel/rotation.ts";
import { menuScreens } from "../fixtures/menu-screens.ts";

/*
 * Draws every screen at many sizes, in both themes and every language, many on a sheet, for a person to look at:
 *   node --disable-warning=ExperimentalWarning test/golden/contact-sheet.ts [--size 480x800]… [--theme T]… [--locale L]…
 *     [--only NAME]… [--out FOLDER]
 */

const SIZES = ["480x800", "720x1440", "1080x2340", "1280x800", "1440x1440"];
/** Pixels: the width of a sheet, what is free between two screens, and the most that a screen is scaled down to. */
const SHEET = { width: 1560, gap: 20, height: 1560 } as const;

/** A PIN is asked for by a console, over whatever screen there is. */
function screens(choice: Partial<DisplayChoice>): Record<string, View> {
  const { home, ...others } = menuScreens(choice);
  if (home === undefined) throw new Error("there is no home screen");
  const pin = { kind: "pin", purpose: { kind: "console-pin" }, from: "panel" } as const;
  const entry = speaking(home.display.locale, () => entryView(type(openTyping(pin), "4711"), "", "panel"));
  return { home, ...others, entryPin: { ...home, entry } };
}

interface Shot {
  readonly name: string;
  readonly canvas: InstanceType<ReturnType<typeof loadCanvas>["CanvasElement"]>;
}

function shoot(name: string, view: View, geometry: Geometry): Shot {
  const layout = layOut(view, geometry, measureText);
  const { width, height } = panelSize(layout);
  const canvas = new (loadCanvas().CanvasElement)(width, height);
  drawRows(canvas.getContext("2d"), layout, "rgb", 0, height);
  return { name, canvas };
}

/** As many sheets as the shots need, as PNG. */
function sheets(shots: readonly Shot[], geometry: Geometry, columns: number): Buffer[] {
  const width = Math.floor((SHEET.width - SHEET.gap * (columns + 1)) / columns);
  const height = Math.round((width * geometry.height) / geometry.width);
  const rows = Math.max(1, Math.floor((SHEET.height - SHEET.gap) / (height + SHEET.gap)));
  const pages: Buffer[] = [];
  for (let first = 0; first < shots.length; first += rows * columns) {
    const page = shots.slice(first, first + rows * columns);
    const used = Math.ceil(page.length / columns);
    const canvas = new (loadCanvas().CanvasElement)(SHEET.width, used * (height + SHEET.gap) + SHEET.gap);
    const context = canvas.getContext("2d");
    context.fillStyle = "#777777";
    context.fillRect(0, 0, canvas.width, canvas.height);
    context.imageSmoothingQuality = "high";
    for (const [index, shot] of page.entries()) {
      const x = SHEET.gap + (index % columns) * (width + SHEET.gap);
      const y = SHEET.gap + Math.floor(index / columns) * (height + SHEET.gap);
      context.drawImage(shot.canvas, x, y, width, height);
    }
    pages.push(canvas.encodeSync("png"));
  }
  return pages;
}

const { values } = parseArgs({
  options: {
    size: { type: "string", multiple: true, default: SIZES },
    theme: { type: "string", multiple: true, default: [...THEMES] },
    locale: { type: "string", multiple: true, default: [...LOCALES] },
    only: { type: "string", multiple: true, default: [] },
    "text-size": { type: "string", default: "normal" },
    columns: { type: "string" },
    out: { type: "string", default: join(CACHE, "sheets") },
  },
});

mkdirSync(values.out, { recursive: true });
for (const size of values.size)
  for (const theme of values.theme as Theme[])
    for (const locale of values.locale as Locale[]) {
      const [width = 0, height = 0] = size.split("x").map(Number);
      const geometry = { width, height, mmWidth: 0, mmHeight: 0 };
      const textSize = values["text-size"] as "normal" | "large" | "largest";
      const shots = Object.entries(screens({ theme, locale, textSize }))
        .filter(([name]) => values.only.length === 0 || values.only.includes(name))
        .map(([name, view]) => shoot(name, view, geometry));
      const columns = Number(values.columns ?? (width > height ? 3 : width === height ? 4 : 5));
      for (const [page, png] of sheets(shots, geometry, columns).entries()) {
        const file = resolve(values.out, `${size}-${theme}-${locale}-${page + 1}.png`);
        writeFileSync(file, png);
        process.stdout.write(`${file}: ${shots.map(({ name }) => name).join(" ")}\n`);
      }
    }
