import type { View } from "../menu/view.ts";
import { type Geometry, intersection, type Rect } from "./geometry.ts";
import { type Block, type Layout, type Operation, shift, type Target } from "./operation.ts";
import { banner } from "./parts/banner.ts";
import { countdownLine, footerLine, hintLine } from "./parts/bottom.ts";
import { slotCard } from "./parts/card.ts";
import { facts } from "./parts/facts.ts";
import { heading } from "./parts/heading.ts";
import { actionRow } from "./parts/row.ts";
import { type Part, Pen } from "./pen.ts";
import { regionsOf } from "./regions.ts";
import type { Measure } from "./text.ts";

/** What only the panel knows about its screen. */
export interface PanelState {
  /** How far the content was scrolled before, in pixels. */
  readonly scroll: number;
  /** Scroll so far that the focused item is seen; false while a finger scrolls. */
  readonly follow: boolean;
  /** Key of the item under a finger. */
  readonly pressed: string | null;
}

export const AT_REST: PanelState = { scroll: 0, follow: true, pressed: null };

/** In units: what is left for the items, two cards or so, when a banner stays above them. */
const ROOM_FOR_ITEMS = 250;

type Put = (x: number, y: number, width: number) => Part;
interface Piece {
  readonly key: string;
  readonly part: Part;
  readonly top: number;
}

/** Places everything that a view shows on a screen. Pure: text is measured by the function given. */
export function layOut(
  view: View,
  geometry: Geometry,
  measure: Measure,
  state: PanelState = AT_REST,
): Layout {
  const regions = regionsOf(geometry);
  const pen = new Pen(regions.unit, measure);
  const { side, main, wide } = regions;
  const foot = bottomPieces(pen, view, side);
  const footTop = side.y + side.height - foot.height;
  const beside = stack(side, side.y, pen.px(16), headPieces(pen, view, true));
  // The reason stays in view; only one that would leave too little for the items scrolls with them.
  const aside = footTop - beside.bottom >= pen.px(wide ? 16 : ROOM_FOR_ITEMS);
  const top = aside ? beside : stack(side, side.y, pen.px(16), headPieces(pen, view, false));
  const viewport = wide ? main : between(main, top.bottom + pen.px(16), footTop - pen.px(10));
  const content = stack(main, 0, pen.px(10), contentPieces(pen, view, state, !aside));
  const scroll = scrollFor(view, content, viewport, state, pen.px(28));
  const placed = content.pieces.map((piece) => ({ ...piece, ...moved(piece, viewport.y - scroll.at) }));
  const clip = { ...fullWidth(geometry), y: viewport.y, height: viewport.height };
  return {
    width: geometry.width,
    height: geometry.height,
    blocks: [
      ...top.pieces.map((piece) => block(piece, side, null)),
      ...placed.map((piece) => block(piece, main, clip)).filter((each) => each.rect.height > 0),
      ...foot.pieces.map((piece) => block({ ...piece, ...moved(piece, footTop) }, side, null)),
      ...scrollMarks(pen, viewport, scroll, content.bottom),
    ],
    targets: targetsOf(view, placed, main, viewport),
    scroll: scroll.at,
    maxScroll: scroll.most,
  };
}

function headPieces(pen: Pen, view: View, withBanner: boolean): [string, Put][] {
  const pieces: [string, Put][] = [["heading", (x, y, width) => heading(pen, view.title, x, y, width)]];
  if (withBanner) pieces.push(...bannerPieces(pen, view));
  return pieces;
}

function bannerPieces(pen: Pen, view: View): [string, Put][] {
  const message = view.banner;
  return message === null ? [] : [["banner", (x, y, width) => banner(pen, message, x, y, width, 9)]];
}

function contentPieces(pen: Pen, view: View, state: PanelState, withBanner: boolean): [string, Put][] {
  const pieces: [string, Put][] = withBanner ? bannerPieces(pen, view) : [];
  if (view.facts.length > 0) pieces.push(["facts", (x, y, width) => facts(pen, view.facts, x, y, width)]);
  for (const [index, item] of view.items.entries()) {
    const stands = {
      focused: index === view.focus,
      pressed: state.pressed === item.key,
      enabled: item.enabled,
    };
    pieces.push([
      itemKey(item.key),
      (x, y, width) =>
        item.card === null
          ? actionRow(pen, item, stands, x, y, width)
          : slotCard(pen, item, item.card, stands, x, y, width),
    ]);
  }
  return pieces;
}

const itemKey = (key: string): string => `item:${key}`;

function bottomPieces(pen: Pen, view: View, side: Rect): { pieces: Piece[]; height: number } {
  const pieces: [string, Put][] = [];
  const { notice, countdown } = view;
  if (notice !== null) pieces.push(["notice", (x, y, width) => banner(pen, notice, x, y, width, 3)]);
  if (countdown !== null)
    pieces.push(["countdown", (x, y, width) => countdownLine(pen, countdown, x, y, width)]);
  pieces.push(["hint", (x, y, width) => hintLine(pen, view.hint, x, y, width)]);
  pieces.push(["footer", (x, y, width) => footerLine(pen, view.footer, x, y, width)]);
  const { pieces: stacked, bottom } = stack(side, 0, pen.px(8), pieces);
  return { pieces: stacked, height: bottom };
}

/** Puts pieces below each other from `top` on. */
function stack(
  column: Rect,
  top: number,
  gap: number,
  puts: readonly [string, Put][],
): { pieces: Piece[]; bottom: number } {
  const pieces: Piece[] = [];
  let y = top;
  for (const [key, put] of puts) {
    const part = put(column.x, y, column.width);
    pieces.push({ key, part, top: y });
    y += part.height + gap;
  }
  return { pieces, bottom: pieces.length === 0 ? top : y - gap };
}

interface Scroll {
  readonly at: number;
  readonly most: number;
}

/** The focused item is seen whole, with a piece of its neighbour; the first shows all that stands above it. */
function scrollFor(
  view: View,
  content: { pieces: Piece[]; bottom: number },
  viewport: Rect,
  state: PanelState,
  peek: number,
): Scroll {
  const most = Math.max(0, content.bottom - viewport.height);
  const limit = (at: number): number => Math.round(Math.min(Math.max(at, 0), most));
  const focused = view.items[view.focus];
  const piece = content.pieces.find(({ key }) => focused !== undefined && key === itemKey(focused.key));
  if (!state.follow || piece === undefined) return { at: limit(state.scroll), most };
  const first = view.items.findIndex((item) => item.enabled) === view.focus;
  const above = first ? 0 : piece.top - peek;
  const below = piece.top + piece.part.height + peek - viewport.height;
  const wanted = Math.min(Math.max(state.scroll, below), above);
  // What stands above the first item may be too tall to be seen together with it: the item counts.
  return { at: limit(Math.max(wanted, Math.min(below, piece.top))), most };
}

function moved(piece: Piece, dy: number): Pick<Piece, "part" | "top"> {
  const operations = piece.part.operations.map((operation) => shift(operation, dy));
  return { part: { operations, height: piece.part.height }, top: piece.top + dy };
}

function block(piece: Piece, column: Rect, clip: Rect | null): Block {
  const whole = { x: column.x, y: piece.top, width: column.width, height: piece.part.height };
  const rect = clip === null ? whole : intersection(whole, clip);
  return { key: piece.key, rect, operations: piece.part.operations, clip };
}

function between(column: Rect, top: number, bottom: number): Rect {
  return { ...column, y: top, height: Math.max(0, bottom - top) };
}

function fullWidth(geometry: Geometry): Rect {
  return { x: 0, y: 0, width: geometry.width, height: geometry.height };
}

function targetsOf(view: View, pieces: readonly Piece[], main: Rect, viewport: Rect): Target[] {
  return view.items.flatMap((item) => {
    const piece = pieces.find(({ key }) => key === itemKey(item.key));
    if (piece === undefined) return [];
    const whole = { x: main.x, y: piece.top, width: main.width, height: piece.part.height };
    const rect = intersection(whole, viewport);
    return rect.height === 0 ? [] : [{ key: item.key, rect, enabled: item.enabled }];
  });
}

/** A thin bar beside the content that says how much more there is, and a fade where it goes on. */
function scrollMarks(pen: Pen, viewport: Rect, scroll: Scroll, contentHeight: number): Block[] {
  if (scroll.most === 0) return [];
  const width = Math.max(2, pen.px(3));
  const x = viewport.x + viewport.width + pen.px(5);
  const height = Math.max(pen.px(24), Math.round((viewport.height * viewport.height) / contentHeight));
  const y = viewport.y + Math.round(((viewport.height - height) * scroll.at) / scroll.most);
  const bar: Operation = pen.box({ x, y, width, height }, width / 2, "dotOff");
  const marks: Block[] = [{ key: "scroll", rect: { ...viewport, x, width }, operations: [bar], clip: null }];
  const deep = Math.min(pen.px(24), viewport.height);
  if (scroll.at > 0) marks.push(fade("top", { ...viewport, height: deep }));
  if (scroll.at < scroll.most)
    marks.push(fade("bottom", { ...viewport, y: viewport.y + viewport.height - deep, height: deep }));
  return marks;
}

function fade(from: "top" | "bottom", rect: Rect): Block {
  return { key: `fade:${from}`, rect, operations: [{ kind: "fade", rect, from }], clip: null };
}
