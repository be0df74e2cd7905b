import { type Geometry, type Insets, pixelsPerUnit, type Rect } from "./geometry.ts";

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
/** In units: what stays free at an edge that nothing hides, and a little more at the top. */
const MARGIN = { side: 16, top: 20 } as const;
/** A panel this much higher than wide (19:9) often has a camera at the top, this many units deep. */
const CAMERA = { ratio: 19 / 9, depth: 38 } as const;

/**
 * What is hidden at the edges of a panel that does not say: 4 % of the short side, for round corners, and the
 * camera of a tall one.
 */
export function guessedInsets(panel: Geometry): Insets {
  const { width, height } = panel;
  const edge = Math.ceil(Math.min(width, height) * 0.04);
  const camera = Math.round(CAMERA.depth * pixelsPerUnit(panel));
  const [top, left] = [
    height / width >= CAMERA.ratio ? camera : edge,
    width / height >= CAMERA.ratio ? camera : edge,
  ];
  return { top: Math.max(top, edge), right: edge, bottom: edge, left: Math.max(left, edge) };
}

/** Divides a screen that stands upright, of so many pixels per unit. */
export function regionsOf(geometry: Geometry, unit: number): Regions {
  const { width, height } = geometry;
  const px = (units: number): number => Math.round(units * unit);
  const hidden = geometry.insets ?? guessedInsets(geometry);
  const free = {
    top: Math.max(hidden.top, px(MARGIN.top)),
    right: Math.max(hidden.right, px(MARGIN.side)),
    bottom: Math.max(hidden.bottom, px(MARGIN.side)),
    left: Math.max(hidden.left, px(MARGIN.side)),
  };
  const inner = { width: width - free.left - free.right, height: height - free.top - free.bottom };
  if (width < height * 1.2 || inner.width < px(480)) {
    const column = Math.min(inner.width, px(WIDEST.main));
    const rows = span(free.top, inner.height, px(HIGHEST.tall));
    const main = { x: free.left + Math.round((inner.width - column) / 2), width: column, ...rows };
    return { unit, side: main, main, wide: false };
  }
  const gap = px(28);
  const side = Math.min(Math.round((inner.width - gap) * 0.35), px(WIDEST.side));
  const main = Math.min(inner.width - gap - side, px(WIDEST.main));
  const left = free.left + Math.round((inner.width - side - gap - main) / 2);
  const rows = span(free.top, inner.height, px(HIGHEST.wide));
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
