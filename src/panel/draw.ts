import { type Context, loadCanvas, registerFont } from "./canvas.ts";
import { type Rect, touches } from "./geometry.ts";
import { ICONS, type IconName } from "./icons.ts";
import type { Layout, Operation } from "./operation.ts";
import { fromPanel, panelSize, panelTransform } from "./rotation.ts";
import { hasArabic, type Measure } from "./text.ts";
import { type ChannelOrder, type Palette, paletteFor, type TextStyle } from "./theme.ts";

/** Draws the panel's rows `y` … `y + rows` of a layout into a context whose origin is that row's left end. */
export function drawRows(
  context: Context,
  layout: Layout,
  order: ChannelOrder,
  y: number,
  rows: number,
): void {
  const palette = paletteFor(layout.theme, order);
  const panel = panelSize(layout);
  const strip = fromPanel({ x: 0, y, width: panel.width, height: rows }, panel, layout.rotation);
  const [a, b, c, d, e, f] = panelTransform(panel, layout.rotation);
  context.setTransform(a, b, c, d, e, f - y);
  context.textAlign = "left";
  context.fillStyle = palette.background;
  context.fillRect(strip.x, strip.y, strip.width, strip.height);
  for (const block of layout.blocks) {
    if (!touches(block.rect, strip)) continue;
    if (block.clip !== null) clipTo(context, block.clip);
    for (const operation of block.operations)
      if (touches(operation.rect, strip)) drawOperation(context, operation, palette);
    if (block.clip !== null) context.restore();
  }
}

function clipTo(context: Context, clip: Rect): void {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
}

function drawOperation(context: Context, operation: Operation, palette: Palette): void {
  if (operation.kind === "box") drawBox(context, operation, palette);
  else if (operation.kind === "text") drawText(context, operation, palette);
  else if (operation.kind === "icon") drawIcon(context, operation, palette);
  else if (operation.kind === "ring") drawRing(context, operation, palette);
  else drawFade(context, operation, palette[operation.color]);
}

function drawText(context: Context, text: Operation & { kind: "text" }, palette: Palette): void {
  context.font = fontOf(text.text, text.style);
  context.direction = text.rtl ? "rtl" : "ltr";
  context.fillStyle = palette[text.color];
  context.fillText(text.text, text.rect.x, text.baseline);
}

function drawFade(context: Context, fade: Operation & { kind: "fade" }, color: string): void {
  const { x, y, width, height } = fade.rect;
  const [full, clear] = fade.from === "top" ? [y, y + height] : [y + height, y];
  const gradient = context.createLinearGradient(0, full, 0, clear);
  gradient.addColorStop(0, color);
  gradient.addColorStop(1, `${color}00`);
  context.fillStyle = gradient;
  context.fillRect(x, y, width, height);
}

function drawRing(context: Context, ring: Operation & { kind: "ring" }, palette: Palette): void {
  const { x, y, width: size } = ring.rect;
  const [centre, middle, radius] = [x + size / 2, y + size / 2, (size - ring.width) / 2];
  context.lineWidth = ring.width;
  context.lineCap = "butt";
  context.beginPath();
  context.arc(centre, middle, radius, 0, 2 * Math.PI);
  context.strokeStyle = palette[ring.track];
  context.stroke();
  if (ring.share <= 0) return;
  const top = -Math.PI / 2;
  context.beginPath();
  context.arc(centre, middle, radius, top, top + 2 * Math.PI * Math.min(ring.share, 1));
  context.strokeStyle = palette[ring.color];
  context.stroke();
}

function drawBox(context: Context, box: Operation & { kind: "box" }, palette: Palette): void {
  const { x, y, width, height } = box.rect;
  context.beginPath();
  context.roundRect(x, y, width, height, box.radius);
  if (box.fill !== null) {
    context.fillStyle = palette[box.fill];
    context.fill();
  }
  if (box.border === null) return;
  const line = box.border.width;
  context.beginPath();
  context.roundRect(
    x + line / 2,
    y + line / 2,
    width - line,
    height - line,
    Math.max(0, box.radius - line / 2),
  );
  context.strokeStyle = palette[box.border.color];
  context.lineWidth = line;
  context.stroke();
}

const paths = new Map<IconName, InstanceType<ReturnType<typeof loadCanvas>["Path"]>>();

function drawIcon(context: Context, icon: Operation & { kind: "icon" }, palette: Palette): void {
  const { name, rect, flipped } = icon;
  let path = paths.get(name);
  if (path === undefined) {
    path = new (loadCanvas().Path)(ICONS[name]);
    paths.set(name, path);
  }
  context.save();
  context.translate(flipped ? rect.x + rect.width : rect.x, rect.y);
  context.scale(((flipped ? -1 : 1) * rect.width) / 24, rect.height / 24);
  context.strokeStyle = palette[icon.color];
  context.lineWidth = 2;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(path);
  context.restore();
}

/** Arabic letters are not in Inter; their font is loaded when the first of them is wanted. */
function fontOf(text: string, style: TextStyle): string {
  if (!hasArabic(text)) return `${style.weight} ${style.size}px Inter`;
  registerFont("Noto Sans Arabic");
  return `${style.weight} ${style.size}px Inter, "Noto Sans Arabic"`;
}

let ruler: Context | null = null;
const widths = new Map<string, number>();
/** A countdown makes a new text every second; beyond this the memory of widths starts anew. */
const MOST_WIDTHS = 2000;

/** Measures with the fonts that draw, and remembers. */
export const measureText: Measure = (text, style) => {
  const key = `${style.weight} ${style.size} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  ruler ??= new (loadCanvas().CanvasElement)(1, 1).getContext("2d");
  ruler.font = fontOf(text, style);
  const { width } = ruler.measureText(text);
  if (widths.size >= MOST_WIDTHS) widths.clear();
  widths.set(key, width);
  return width;
};
