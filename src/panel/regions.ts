import { type Geometry, pixelsPerUnit, type Rect } from "./geometry.ts";

/** Where the parts of a screen go, in pixels. */
export interface Regions {
  /** Pixels per unit. */
  readonly unit: number;
  /** Heading, and beside wide content also banner and bottom. */
  readonly side: Rect;
  /** Items, and all else where there is no room beside them. */
  readonly main: Rect;
  /** Side and main lie beside each other; otherwise they are the same. */
  readonly wide: boolean;
}

/** In units: the widest that a column of text or items gets before eyes and thumbs lose their way. */
const WIDEST = { side: 320, main: 480 } as const;

/**
 * Divides a screen. Edges stay free by 4 % of the short side at least, for rounded corners; tall phone
 * panels (19:9 and up) often have a camera at the top, so that more stays free there.
 */
export function regionsOf(geometry: Geometry): Regions {
  const { width, height } = geometry;
  const unit = pixelsPerUnit(geometry);
  const px = (units: number): number => Math.round(units * unit);
  const edge = Math.max(px(16), Math.ceil(Math.min(width, height) * 0.04));
  const notch = height / width >= 19 / 9 ? px(38) : px(20);
  const top = Math.max(edge, notch);
  const inner = { width: width - 2 * edge, height: height - top - edge };
  if (width < height * 1.2 || inner.width < px(480)) {
    const column = Math.min(inner.width, px(WIDEST.main));
    const main = { x: Math.round((width - column) / 2), y: top, width: column, height: inner.height };
    return { unit, side: main, main, wide: false };
  }
  const gap = px(28);
  const side = Math.min(Math.round((inner.width - gap) * 0.4), px(WIDEST.side));
  const main = Math.min(inner.width - gap - side, px(WIDEST.main));
  const left = Math.round((width - side - gap - main) / 2);
  return {
    unit,
    side: { x: left, y: top, width: side, height: inner.height },
    main: { x: left + side + gap, y: edge, width: main, height: height - 2 * edge },
    wide: true,
  };
}
