import type { View } from "../menu/view.ts";
import type { Rect } from "./geometry.ts";
import { banner } from "./parts/banner.ts";
import { cardWidth, slotCard } from "./parts/card.ts";
import { facts } from "./parts/facts.ts";
import type { ItemState } from "./parts/frame.ts";
import { groupHeading } from "./parts/group-heading.ts";
import { log } from "./parts/log.ts";
import { progress } from "./parts/progress.ts";
import { actionRow } from "./parts/row.ts";
import { table } from "./parts/table.ts";
import { placeTiles, tile } from "./parts/tile.ts";
import type { Pen } from "./pen.ts";
import { type Put, type Stack, stack, stackRows } from "./stack.ts";

/** What only the panel knows about its screen. */
export interface PanelState {
  /** How far the content was scrolled before, in pixels. */
  readonly scroll: number;
  /** How far a finger pulled it beyond its end: positive below the last line. */
  readonly stretch: number;
  /** Scroll so far that the focused item is seen; false while a finger scrolls. */
  readonly follow: boolean;
  /** Key of the item under a finger. */
  readonly pressed: string | null;
  /** How much of a hold is over, by the panel's clock. */
  readonly hold: View["hold"];
  /** How far the lines of a log are moved up between two of them, in pixels. */
  readonly logOffset: number;
  /** From 0 to 1 and again, for what moves while it lasts. */
  readonly beat: number;
}

export const AT_REST: PanelState = {
  scroll: 0,
  stretch: 0,
  follow: true,
  pressed: null,
  hold: null,
  logOffset: 0,
  beat: 0,
};

/** In units: the least that is worth to be called a log. */
const LEAST_LOG = 190;

export const itemKey = (key: string): string => `item:${key}`;

export function bannerPuts(pen: Pen, view: View): [string, Put][] {
  const message = view.banner;
  return message === null ? [] : [["banner", (x, y, width) => banner(pen, message, x, y, width, 9)]];
}

/** Everything between head and foot, from 0 on: `head` first, and the items last, or a log whose items are tiles. */
export function contentOf(
  pen: Pen,
  view: View,
  state: PanelState,
  head: readonly [string, Put][],
  viewport: Rect,
): Stack {
  const gap = pen.px(10);
  const lines = view.log;
  const before: [string, Put][] = [...head, ...readPuts(pen, view, state)];
  if (lines === null) {
    const tiled = tiledFrom(view);
    const rows = itemPuts(pen, view, state).slice(0, tiled);
    const headed = rows.flatMap((row, index) => [...headingPuts(pen, view, index), row]);
    const tiles = (above: Stack) => withTiles(pen, view, state, above, viewport, tiled, gap);
    const below = tiles(stack(viewport, 0, gap, [...before, ...headed]));
    if (below.bottom <= viewport.height || !haveRoomBeside(pen, view, (viewport.width - gap) / 2))
      return below;
    return tiles(stackRows(viewport, 0, gap, [...before.map((put) => [put]), ...paired(pen, view, rows)]));
  }
  const others = stack(viewport, 0, gap, before);
  const room = viewport.height - others.bottom - (others.pieces.length > 0 ? gap : 0);
  const height = Math.max(room, Math.min(pen.px(LEAST_LOG), viewport.height));
  const put: Put = (x, y, width) => log(pen, lines, state.logOffset, x, y, width, height);
  return stack(viewport, 0, gap, [...before, ["log", put]]);
}

/** What a person seldom comes for: on the first screen it takes little room below the rest. */
const SELDOM: ReadonlySet<string> = new Set(["developer", "reset", "tools", "power"]);

/** Index of the first item of those at the end that are drawn as tiles. */
function tiledFrom({ screen, items }: View): number {
  const last = items.findLastIndex(({ key, enabled }) => screen !== "home" || !enabled || !SELDOM.has(key));
  return items.length - last - 1 < 2 ? items.length : last + 1;
}

/** Whether there are cards, and nothing of any is cut off in this width. */
function haveRoomBeside(pen: Pen, { items }: View, width: number): boolean {
  const cards = items.flatMap(({ card }) => (card === null ? [] : [card]));
  return cards.length > 1 && cards.every((card) => cardWidth(pen, card) <= width);
}

/** Rows of one item each, but for cards that follow each other: those stand two and two beside each other. */
function paired(pen: Pen, view: View, rows: readonly [string, Put][]): [string, Put][][] {
  const { items } = view;
  const grouped: [string, Put][][] = [];
  for (const [index, row] of rows.entries()) {
    const last = grouped.at(-1);
    const joins = last?.length === 1 && items[index]?.card != null && items[index - 1]?.card != null;
    if (joins) last.push(row);
    else grouped.push(...headingPuts(pen, view, index).map((heading) => [heading]), [row]);
  }
  return grouped;
}

/** Below the rest, the items from an index on as tiles beside each other. */
function withTiles(
  pen: Pen,
  view: View,
  state: PanelState,
  above: Stack,
  column: Rect,
  from: number,
  gap: number,
): Stack {
  const y = above.bottom + (above.pieces.length > 0 ? gap : 0);
  const tiles = placeTiles(pen, view.items.slice(from), column.x, y, column.width);
  const pieces = tiles.map((placed, index) => ({
    key: itemKey(placed.item.key),
    part: {
      operations: tile(pen, placed, stateOf(view, from + index, state)),
      height: placed.rect.height,
    },
    x: placed.rect.x,
    top: placed.rect.y,
    width: placed.rect.width,
  }));
  const bottom = Math.max(above.bottom, ...tiles.map(({ rect }) => rect.y + rect.height));
  return { pieces: [...above.pieces, ...pieces], bottom };
}

/** What is only read. */
function readPuts(pen: Pen, view: View, state: PanelState): [string, Put][] {
  const puts: [string, Put][] = [];
  const { progress: work, facts: lines, table: pair } = view;
  if (work !== null) puts.push(["progress", (x, y, width) => progress(pen, work, state.beat, x, y, width)]);
  if (lines.length > 0) puts.push(["facts", (x, y, width) => facts(pen, lines, x, y, width)]);
  if (pair !== null) puts.push(["table", (x, y, width) => table(pen, pair, x, y, width)]);
  return puts;
}

/** What stands above an item that is the first of others. */
function headingPuts(pen: Pen, { items }: View, index: number): [string, Put][] {
  const { key, heading } = items[index] ?? {};
  if (key === undefined || heading === undefined) return [];
  const put: Put = (x, y, width) => groupHeading(pen, heading, x, y, width);
  return [[`heading:${key}`, put]];
}

function itemPuts(pen: Pen, view: View, state: PanelState): [string, Put][] {
  return view.items.map((item, index) => {
    const stands = stateOf(view, index, state);
    const put: Put = (x, y, width, least) =>
      item.card === null
        ? actionRow(pen, item, stands, x, y, width)
        : slotCard(pen, item, item.card, stands, x, y, width, least);
    return [itemKey(item.key), put];
  });
}

/** How the item at an index stands. */
export function stateOf(view: View, index: number, state: PanelState): ItemState {
  const item = view.items[index];
  const hold = state.hold ?? view.hold;
  const held = hold !== null && hold.key === item?.key ? hold.fraction : null;
  return {
    focused: index === view.focus,
    pressed: held !== null || (item !== undefined && state.pressed === item.key),
    enabled: item?.enabled === true,
    held,
  };
}
