import type { Rect } from "./geometry.ts";
import type { Block, Layout } from "./operation.ts";
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

function looksLike(a: Block, b: Block): boolean {
  return isSame(a.operations, b.operations) && isSame(a.clip, b.clip);
}

/** Plain values that say the same; asked dozens of times for each picture, so nothing is allocated. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  for (const key in a)
    if (!isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key])) return false;
  return true;
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
