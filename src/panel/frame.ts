import type { View } from "../menu/view.ts";
import { loadCanvas } from "./canvas.ts";
import { drawRows, measureText } from "./draw.ts";
import type { Geometry } from "./geometry.ts";
import { layOut } from "./layout.ts";
import type { Layout } from "./operation.ts";
import { panelSize } from "./rotation.ts";
import type { ChannelOrder } from "./theme.ts";

/** A picture: RGBA, `width * 4` bytes per row, rows from top to bottom. */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly data: Buffer;
}

/** A view as the panel shows it, in the usual channel order: for golden frames and documentation. */
export function renderFrame(view: View, geometry: Geometry): Frame {
  return renderLayout(layOut(view, geometry, measureText), "rgb");
}

/** A whole layout in one picture. */
export function renderLayout(layout: Layout, order: ChannelOrder): Frame {
  const { width, height } = panelSize(layout);
  const canvas = new (loadCanvas().CanvasElement)(width, height);
  drawRows(canvas.getContext("2d"), layout, order, 0, height);
  return { width, height, data: canvas.data() };
}
