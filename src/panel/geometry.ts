import type { Rotation } from "../menu/display.ts";

/** A panel as the framebuffer tells it; millimetres are 0 when unknown. */
export interface Geometry {
  readonly width: number;
  readonly height: number;
  readonly mmWidth: number;
  readonly mmHeight: number;
  /** What a notch, a camera or round corners hide, from each edge; guessed from the shape where missing. */
  readonly insets?: Insets;
  /** How far what is drawn has to be turned to stand upright, clockwise; 0 when missing. */
  readonly mounted?: Rotation;
}

/** Pixels that stay free at each edge. */
export interface Insets {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** A rectangle in whole pixels. */
export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Densities between which a screen's own millimetres are believed: emulators and simpledrm make up 96 to 100. */
const BELIEVED_DPI = { least: 120, most: 700 } as const;

/**
 * Pixels per unit. A unit is 1/160 inch (0.159 mm), so that a phone is some 360 of them wide. Without
 * millimetres to believe, the short side is taken for 360 units, between one and four pixels each; for 440
 * where the screen is not clearly higher than wide, as those are larger than phones.
 */
export function pixelsPerUnit(geometry: Geometry): number {
  const { width, height, mmWidth, mmHeight } = geometry;
  const dpi =
    mmWidth > 0 && mmHeight > 0 ? (25.4 * Math.hypot(width, height)) / Math.hypot(mmWidth, mmHeight) : 0;
  // Pixels are square: a ratio that differs by more than a fifth means that the numbers are made up.
  const skew = dpi === 0 ? 0 : (mmWidth * height) / (mmHeight * width);
  if (dpi >= BELIEVED_DPI.least && dpi <= BELIEVED_DPI.most && skew > 0.8 && skew < 1.25) return dpi / 160;
  const units = height < width * 1.2 ? 440 : 360;
  return Math.min(Math.max(Math.min(width, height) / units, 1), 4);
}

/** The least height and width of what can be touched: 9 mm, in units. */
export const MIN_TARGET = (9 / 25.4) * 160;

/** The common part of two rectangles; width or height 0 when there is none. */
export function intersection(a: Rect, b: Rect): Rect {
  const x = Math.max(a.x, b.x);
  const y = Math.max(a.y, b.y);
  const width = Math.max(0, Math.min(a.x + a.width, b.x + b.width) - x);
  const height = Math.max(0, Math.min(a.y + a.height, b.y + b.height) - y);
  return { x, y, width, height };
}

export function touches(a: Rect, b: Rect): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

export function contains(rect: Rect, x: number, y: number): boolean {
  return x >= rect.x && x < rect.x + rect.width && y >= rect.y && y < rect.y + rect.height;
}
