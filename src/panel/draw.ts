import { type Context, FONT_FAMILY, loadCanvas } from "./canvas.ts";
import { intersection, type Rect } from "./geometry.ts";
import { ICONS, type IconName } from "./icons.ts";
import type { Layout, Operation } from "./operation.ts";
import type { Measure } from "./text.ts";
import { type ChannelOrder, type Color, paletteFor, type TextStyle } from "./theme.ts";

type Palette = Readonly<Record<Color, string>>;

/** Draws the rows `y` … `y + rows` of a layout into a context whose origin is that row's left end. */
export function drawRows(
  context: Context,
  layout: Layout,
  order: ChannelOrder,
  y: number,
  rows: number,
): void {
  const palette = paletteFor(order);
  const strip = { x: 0, y, width: layout.width, height: rows };
  context.setTransform(1, 0, 0, 1, 0, -y);
  context.fillStyle = palette.background;
  context.fillRect(0, y, layout.width, rows);
  for (const block of layout.blocks) {
    if (!touches(block.rect, strip)) continue;
    if (block.clip !== null) clipTo(context, block.clip);
    for (const operation of block.operations)
      if (touches(operation.rect, strip)) drawOperation(context, operation, palette);
    if (block.clip !== null) context.restore();
  }
}

function touches(a: Rect, b: Rect): boolean {
  return intersection(a, b).height > 0;
}

function clipTo(context: Context, clip: Rect): void {
  context.save();
  context.beginPath();
  context.rect(clip.x, clip.y, clip.width, clip.height);
  context.clip();
}

function drawOperation(context: Context, operation: Operation, palette: Palette): void {
  if (operation.kind === "box") drawBox(context, operation, palette);
  else if (operation.kind === "icon")
    drawIcon(context, operation.name, operation.rect, palette[operation.color]);
  else if (operation.kind === "fade") drawFade(context, operation, palette.background);
  else drawText(context, operation, palette);
}

function drawText(context: Context, text: Operation & { kind: "text" }, palette: Palette): void {
  context.font = fontOf(text.style);
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

function drawIcon(context: Context, name: IconName, rect: Rect, color: string): void {
  let path = paths.get(name);
  if (path === undefined) {
    path = new (loadCanvas().Path)(ICONS[name]);
    paths.set(name, path);
  }
  context.save();
  context.translate(rect.x, rect.y);
  context.scale(rect.width / 24, rect.height / 24);
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.lineCap = "round";
  context.lineJoin = "round";
  context.stroke(path);
  context.restore();
}

function fontOf(style: TextStyle): string {
  return `${style.weight} ${style.size}px ${FONT_FAMILY}`;
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
  ruler.font = fontOf(style);
  const { width } = ruler.measureText(text);
  if (widths.size >= MOST_WIDTHS) widths.clear();
  widths.set(key, width);
  return width;
};
