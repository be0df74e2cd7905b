import { DEFAULT_DISPLAY, displayOf, type Rotation } from "../menu/display.ts";
import { measureText } from "./draw.ts";
import { renderLayout } from "./frame.ts";
import { type Geometry, pixelsPerUnit } from "./geometry.ts";
import type { Layout, Operation } from "./operation.ts";
import { BRAND } from "./parts/heading.ts";
import { Pen } from "./pen.ts";
import { turnedGeometry } from "./rotation.ts";
import { type Color, TEXT, type TextStyle } from "./theme.ts";

const LINES: readonly (readonly [string, TextStyle, Color])[] = [
  [BRAND, TEXT.title, "text"],
  ["Opening the menu…", TEXT.body, "muted"],
  ["You can let go of the key.", TEXT.body, "muted"],
];

/**
 * The frame that is written to the framebuffer before Node starts, in XRGB8888: `stride * height` bytes, to
 * be copied to the device as they are. `rotation` is how far the panel is mounted turned, clockwise.
 */
export function renderPreparedFrame(
  width: number,
  height: number,
  stride: number,
  rotation: Rotation = 0,
): Buffer {
  const panel = { width, height, mmWidth: 0, mmHeight: 0 };
  const frame = renderLayout(preparedLayout(turnedGeometry(panel, rotation), rotation), "bgr");
  const rowBytes = width * 4;
  if (stride === rowBytes) return frame.data;
  const bytes = Buffer.alloc(stride * height);
  for (let y = 0; y < height; y += 1) frame.data.copy(bytes, y * stride, y * rowBytes, (y + 1) * rowBytes);
  return bytes;
}

/** The mark above its name and what goes on, in the middle of a screen that stands upright. */
function preparedLayout(geometry: Geometry, rotation: Rotation): Layout {
  const { width, height } = geometry;
  const pen = new Pen(pixelsPerUnit(geometry), measureText, displayOf(DEFAULT_DISPLAY));
  const mark = pen.px(56);
  let y = Math.round(height * 0.42) - mark;
  const operations: Operation[] = [pen.icon("mark", "accent", Math.round((width - mark) / 2), y, mark)];
  y += mark + pen.px(16);
  for (const [text, style, color] of LINES) {
    const textWidth = Math.min(pen.width(text, style), width);
    operations.push(
      pen.line(text, style, color, { x: Math.round((width - textWidth) / 2), y, width: textWidth }),
    );
    y += pen.lineHeight(style) + pen.px(style === TEXT.title ? 10 : 2);
  }
  const rect = { x: 0, y: 0, width, height };
  return {
    width,
    height,
    rotation,
    theme: DEFAULT_DISPLAY.theme,
    blocks: [{ key: "prepared", rect, operations, clip: null }],
    targets: [],
    scroll: 0,
    maxScroll: 0,
    log: null,
  };
}
