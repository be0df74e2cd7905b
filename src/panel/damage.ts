import type { Rect } from "./geometry.ts";
import type { Block, Layout, Operation } from "./operation.ts";
import { panelSize, toPanel } from "./rotation.ts";

/** Rows of the panel, from `y` on. */
export interface Band {
  readonly y: number;
  readonly rows: number;
}

/** Bands that are closer than this are painted as one: a write costs more than the rows between. */
const NEAR = 12;

/** The panel's rows that differ between what is on it and what shall be; all of them where nothing is yet. */
export function damage(shown: Layout | null, next: Layout): Band[] {
  const panel = panelSize(next);
  if (shown === null || !isSameSheet(shown, next)) return [{ y: 0, rows: panel.height }];
  const before = new Map(shown.blocks.map((block) => [block.key, block]));
  const rects: Rect[] = [];
  for (const block of next.blocks) {
    const old = before.get(block.key);
    before.delete(block.key);
    if (old !== undefined && looksLike(old, block)) continue;
    rects.push(block.rect);
    if (old !== undefined) rects.push(old.rect);
  }
  for (const gone of before.values()) rects.push(gone.rect);
  return bands(
    rects.filter(isVisible).map((rect) => toPanel(rect, panel, next.rotation)),
    panel.height,
  );
}

function isSameSheet(a: Layout, b: Layout): boolean {
  return a.width === b.width && a.height === b.height && a.rotation === b.rotation && a.theme === b.theme;
}

function isVisible({ width, height }: Rect): boolean {
  return width > 0 && height > 0;
}

/** Asked dozens of times for each picture: field by field, so that nothing is allocated. */
function looksLike(a: Block, b: Block): boolean {
  if (a.operations.length !== b.operations.length || !isSameClip(a.clip, b.clip)) return false;
  return a.operations.every((operation, index) => {
    const other = b.operations[index];
    return other !== undefined && (operation === other || isSameOperation(operation, other));
  });
}

function isSameClip(a: Rect | null, b: Rect | null): boolean {
  return a === null || b === null ? a === b : isSameRect(a, b);
}

function isSameRect(a: Rect, b: Rect): boolean {
  return a.x === b.x && a.y === b.y && a.width === b.width && a.height === b.height;
}

function isSameOperation(a: Operation, b: Operation): boolean {
  if (!isSameRect(a.rect, b.rect)) return false;
  if (a.kind === "text" && b.kind === "text")
    return a.text === b.text && a.color === b.color && a.baseline === b.baseline && isSameSetting(a, b);
  if (a.kind === "box" && b.kind === "box")
    return a.fill === b.fill && a.radius === b.radius && isSameBorder(a.border, b.border);
  if (a.kind === "icon" && b.kind === "icon")
    return a.name === b.name && a.color === b.color && a.flipped === b.flipped;
  if (a.kind === "ring" && b.kind === "ring")
    return a.share === b.share && a.color === b.color && a.track === b.track && a.width === b.width;
  return a.kind === "fade" && b.kind === "fade" && a.from === b.from && a.color === b.color;
}

type Text = Operation & { readonly kind: "text" };
type Border = (Operation & { readonly kind: "box" })["border"];

function isSameSetting(a: Text, b: Text): boolean {
  return a.style.size === b.style.size && a.style.weight === b.style.weight && a.rtl === b.rtl;
}

function isSameBorder(a: Border, b: Border): boolean {
  return a === null || b === null ? a === b : a.color === b.color && a.width === b.width;
}

/** Rectangles as bands from top to bottom that do not overlap, each at least two rows (see Framebuffer). */
function bands(rects: readonly Rect[], height: number): Band[] {
  const sorted = rects.toSorted((a, b) => a.y - b.y);
  const found: { y: number; end: number }[] = [];
  for (const rect of sorted) {
    const y = Math.max(0, Math.min(rect.y, height - 2));
    const end = Math.min(height, Math.max(rect.y + rect.height, y + 2));
    const last = found[found.length - 1];
    if (last !== undefined && y <= last.end + NEAR) last.end = Math.max(last.end, end);
    else found.push({ y, end });
  }
  return found.map(({ y, end }) => ({ y, rows: end - y }));
}
