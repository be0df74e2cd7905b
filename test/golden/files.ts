import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Image as ImageType } from "@napi-rs/canvas";
import { type CanvasLibrary, loadCanvas } from "../../src/panel/canvas.ts";
import { drawRows } from "../../src/panel/draw.ts";
import type { Layout } from "../../src/panel/operation.ts";
import { panelSize } from "../../src/panel/rotation.ts";
import type { Picture } from "./compare.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

/** Path of the golden frame of a view at a size. */
export function goldenPath(name: string, { width, height }: Size): string {
  return join(import.meta.dirname, `${name}-${width}x${height}.png`);
}

// The panel's own copy of the library: classes of a second copy, as the npm package loads it, do not mix with it.
const library = loadCanvas() as CanvasLibrary & { readonly Image: new () => ImageType };

export async function readGolden(name: string, size: Size): Promise<Picture> {
  const image = new library.Image();
  image.src = readFileSync(goldenPath(name, size));
  await image.decode();
  const canvas = new library.CanvasElement(image.width, image.height);
  canvas.getContext("2d").drawImage(image, 0, 0);
  return { width: image.width, height: image.height, data: canvas.data() };
}

/** Draws a layout and keeps it as the golden frame; look at it before it is committed. */
export function writeGolden(name: string, layout: Layout): void {
  const size = panelSize(layout);
  const canvas = new library.CanvasElement(size.width, size.height);
  drawRows(canvas.getContext("2d"), layout, "rgb", 0, size.height);
  writeFileSync(goldenPath(name, size), canvas.encodeSync("png"));
}
