import type { View, ViewItem } from "../menu/view.ts";
import { AT_REST, bannerPuts, contentOf, itemKey, type PanelState, stateOf } from "./content.ts";
import { entrySheet } from "./entry-sheet.ts";
import { footOf } from "./foot.ts";
import { type Geometry, intersection, pixelsPerUnit, type Rect } from "./geometry.ts";
import { mirrored } from "./mirror.ts";
import type { Block, Layout, LogArea, Sheet, Target } from "./operation.ts";
import { headOf } from "./parts/heading.ts";
import { logSteps } from "./parts/log.ts";
import { placeTiles, tile } from "./parts/tile.ts";
import { Pen } from "./pen.ts";
import { guessedInsets, type Regions, regionsOf } from "./regions.ts";
import { addRotations, turnedGeometry } from "./rotation.ts";
import { scrollMarks } from "./scroll-marks.ts";
import { block, moved, type Piece, type Put, place, type Stack, stack } from "./stack.ts";
import type { Measure } from "./text.ts";

/** In units: what is left for the items, one and a half at least, when a banner stays above them. */
const ROOM_FOR_ITEMS = 150;
/** In units: on a screen less high than this the heading scrolls with the rest. */
const TINY = 330;
/** In units: on a screen less high than this, as on a square one, all stands closer. */
const LOW = 480;

/**
 * Places everything that a view shows on a panel, turned and mirrored as it says. Pure: text is measured by the
 * function given.
 */
export function layOut(view: View, panel: Geometry, measure: Measure, state: PanelState = AT_REST): Layout {
  const { rotation: turned, theme, direction } = view.display;
  const mounted = panel.mounted ?? 0;
  const rotation = addRotations(mounted, turned);
  const insets = panel.insets ?? guessedInsets(panel);
  const upright = turnedGeometry({ ...panel, insets }, rotation);
  // A panel that is turned by choice keeps its scale: it is the same distance from the eyes.
  const unit = pixelsPerUnit(turnedGeometry(panel, mounted));
  const regions = regionsOf(upright, unit);
  const pen = new Pen(unit, measure, view.display);
  const sheet =
    view.entry === null
      ? listSheet(pen, view, regions, upright, state)
      : entrySheet(pen, view, view.entry, regions, state);
  const layout: Layout = { width: upright.width, height: upright.height, rotation, theme, ...sheet };
  return direction === "rtl" ? mirrored(layout) : layout;
}

/** Head, content that scrolls, foot; the items of a log stand above the foot. */
function listSheet(pen: Pen, view: View, regions: Regions, screen: Geometry, state: PanelState): Sheet {
  const { side, main, wide } = regions;
  const isLow = !wide && side.height < pen.px(LOW);
  const gap = pen.px(isLow ? 10 : 16);
  const foot = footOf(pen, view, side, footRoom(pen, view, side, wide), wide);
  const footTop = side.y + side.height - foot.bottom;
  const tiles = tilesOf(pen, view, side, footTop - pen.px(12), state);
  const bottom = tiles.top ?? footTop;
  const isTiny = !wide && side.height < pen.px(TINY);
  const head = headPuts(pen, view);
  const whole = stack(side, side.y, gap, [...head, ...bannerPuts(pen, view)]);
  // The reason stays in view; only one that would leave too little for the items scrolls with them.
  const aside = bottom - whole.bottom >= pen.px(wide ? 16 : ROOM_FOR_ITEMS);
  const top = isTiny ? stack(side, side.y, gap, []) : aside ? whole : stack(side, side.y, gap, head);
  const inside = [...(isTiny ? head : []), ...(isTiny || !aside ? bannerPuts(pen, view) : [])];
  const contentTop = isTiny ? side.y : top.bottom + gap;
  const viewport = wide
    ? main
    : { ...main, y: contentTop, height: Math.max(0, bottom - pen.px(10) - contentTop) };
  const content = contentOf(pen, view, state, inside, viewport);
  const scroll = scrollFor(view, content, viewport, state, pen.px(isLow ? 5 : 28));
  const placed = content.pieces.map((piece) => moved(piece, viewport.y - scroll.at - state.stretch));
  const clip = { x: 0, y: viewport.y, width: screen.width, height: viewport.height };
  const log = placed.find(({ key }) => key === "log");
  return {
    blocks: [
      ...top.pieces.map((piece) => block(piece, null)),
      ...placed
        .map((piece) => (piece === log ? logBlock(piece, clip) : block(piece, clip)))
        .filter((each) => each.rect.height > 0),
      ...tiles.blocks,
      ...foot.pieces.map((piece) => block(moved(piece, footTop), null)),
      ...scrollMarks(pen, viewport, scroll, content.bottom),
    ],
    targets: [...targetsOf(view, placed, viewport), ...tiles.targets],
    scroll: scroll.at,
    maxScroll: scroll.most,
    log: log === undefined ? null : logArea(pen, view, log, clip),
  };
}

/** How high the foot may get; a log needs a small screen for itself. */
function footRoom(pen: Pen, view: View, side: Rect, wide: boolean): number {
  if (view.log !== null && side.height < pen.px(TINY)) return 0;
  return wide ? Math.round(side.height * 0.6) : Math.max(Math.round(side.height * 0.3), pen.px(40));
}

/** Lines of a log are written from left to right, whoever reads them. */
function logBlock(piece: Piece, clip: Rect): Block {
  const rect = place(piece, clip);
  return { ...block(piece, rect), whole: rect };
}

/** The items of a log, in little room, their lower end at `bottom`. */
function tilesOf(pen: Pen, view: View, column: Rect, bottom: number, state: PanelState) {
  if (view.log === null || view.items.length === 0) return { blocks: [], targets: [], top: null };
  const high = Math.max(
    ...placeTiles(pen, view.items, column.x, 0, column.width).map(({ rect }) => rect.y + rect.height),
  );
  const tiles = placeTiles(pen, view.items, column.x, bottom - high, column.width);
  return {
    top: bottom - high,
    blocks: tiles.map((placed, index) => ({
      key: itemKey(placed.item.key),
      rect: placed.rect,
      operations: tile(pen, placed, stateOf(view, index, state)),
      clip: null,
    })),
    targets: tiles.map(({ item, rect }) => targetOf(item, rect)),
  };
}

function headPuts(pen: Pen, { header, title }: View): [string, Put][] {
  return [["heading", (x, y, width) => headOf(pen, header, title, x, y, width)]];
}

function logArea(pen: Pen, view: View, piece: Piece, clip: Rect): LogArea | null {
  const { width, height } = place(piece, null);
  return view.log === null ? null : { rect: place(piece, clip), ...logSteps(pen, view.log, width, height) };
}

/**
 * The focused item is seen whole, with a piece of its neighbour once the list is moved; the first shows all that
 * stands above it.
 */
function scrollFor(
  view: View,
  content: Stack,
  viewport: Rect,
  state: PanelState,
  peek: number,
): { at: number; most: number } {
  const most = Math.max(0, content.bottom - viewport.height);
  const limit = (at: number): number => Math.round(Math.min(Math.max(at, 0), most));
  if (state.follow && view.log !== null) return { at: view.log.at > 0 ? most : 0, most };
  const focused = view.items[view.focus];
  const piece = content.pieces.find(({ key }) => focused !== undefined && key === itemKey(focused.key));
  if (!state.follow || piece === undefined) return { at: limit(state.scroll), most };
  const first = view.items.findIndex((item) => item.enabled) === view.focus;
  const above = first ? 0 : piece.top - peek;
  const needed = piece.top + piece.part.height - viewport.height;
  // What is seen whole from the top stays there: the slots above it say more than a piece of what follows.
  const below = needed <= 0 ? needed : needed + peek;
  const wanted = Math.min(Math.max(state.scroll, below), above);
  // What stands above the first item may be too tall to be seen together with it: the item counts.
  return { at: limit(Math.max(wanted, Math.min(below, piece.top))), most };
}

function targetsOf(view: View, pieces: readonly Piece[], viewport: Rect): Target[] {
  return view.items.flatMap((item) => {
    const piece = pieces.find(({ key }) => key === itemKey(item.key));
    if (piece === undefined) return [];
    const rect = intersection(place(piece, null), viewport);
    return rect.height === 0 ? [] : [targetOf(item, rect)];
  });
}

function targetOf(item: ViewItem, rect: Rect): Target {
  return { key: item.key, rect, enabled: item.enabled, hold: item.hold && item.enabled };
}
