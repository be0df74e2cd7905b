import type { View } from "../menu/view.ts";
import type { Rect } from "./geometry.ts";
import { banner } from "./parts/banner.ts";
import { slotCard } from "./parts/card.ts";
import { facts } from "./parts/facts.ts";
import type { ItemState } from "./parts/frame.ts";
import { log } from "./parts/log.ts";
import { progress } from "./parts/progress.ts";
import { actionRow } from "./parts/row.ts";
import { table } from "./parts/table.ts";
import type { Pen } from "./pen.ts";
import { type Put, type Stack, stack } from "./stack.ts";

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
  if (lines === null) return stack(viewport, 0, gap, [...before, ...itemPuts(pen, view, state)]);
  const others = stack(viewport, 0, gap, before);
  const room = viewport.height - others.bottom - (others.pieces.length > 0 ? gap : 0);
  const height = Math.max(room, Math.min(pen.px(LEAST_LOG), viewport.height));
  const put: Put = (x, y, width) => log(pen, lines, state.logOffset, x, y, width, height);
  return stack(viewport, 0, gap, [...before, ["log", put]]);
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

function itemPuts(pen: Pen, view: View, state: PanelState): [string, Put][] {
  return view.items.map((item, index) => {
    const stands = stateOf(view, index, state);
    const put: Put = (x, y, width) =>
      item.card === null
        ? actionRow(pen, item, stands, x, y, width)
        : slotCard(pen, item, item.card, stands, x, y, width);
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
