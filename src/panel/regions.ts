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
/** In units: the highest that all of it gets on a large screen, beside and below each other. */
const HIGHEST = { wide: 600, tall: 900 } as const;

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
    const rows = span(top, inner.height, px(HIGHEST.tall));
    const main = { x: Math.round((width - column) / 2), width: column, ...rows };
    return { unit, side: main, main, wide: false };
  }
  const gap = px(28);
  const side = Math.min(Math.round((inner.width - gap) * 0.4), px(WIDEST.side));
  const main = Math.min(inner.width - gap - side, px(WIDEST.main));
  const left = Math.round((width - side - gap - main) / 2);
  const rows = span(top, inner.height, px(HIGHEST.wide));
  return {
    unit,
    side: { x: left, width: side, ...rows },
    main: { x: left + side + gap, width: main, ...rows },
    wide: true,
  };
}

/** The rows to use of those there are: all, or the most allowed, a little above the middle. */
function span(top: number, height: number, most: number): { y: number; height: number } {
  if (height <= most) return { y: top, height };
  return { y: top + Math.round((height - most) * 0.4), height: most };
}
