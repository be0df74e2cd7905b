import type { Entry, View } from "../menu/view.ts";
import type { PanelState } from "./content.ts";
import { footOf } from "./foot.ts";
import type { Rect } from "./geometry.ts";
import type { Block, Sheet } from "./operation.ts";
import { entryField } from "./parts/entry.ts";
import { headOf } from "./parts/heading.ts";
import { keyboardHeight, keyFace, type PlacedKey, placeKeys } from "./parts/keyboard.ts";
import type { Pen } from "./pen.ts";
import type { Regions } from "./regions.ts";
import { block, moved, type Put, type Stack, stack } from "./stack.ts";

/** What is asked for and the keyboard: below each other, or beside where the screen is wide. */
export function entrySheet(pen: Pen, view: View, entry: Entry, regions: Regions, state: PanelState): Sheet {
  const { side, main } = regions;
  const { top, foot, area } = divide(pen, view, entry, regions);
  const footTop = side.y + side.height - foot.bottom;
  const keys = entry.isHere ? placeKeys(pen, entry.keys, area) : [];
  const board = { ...area, x: main.x, width: main.width };
  return {
    blocks: [
      ...top.pieces.map((piece) => block(piece, null)),
      ...keys.map((placed) => keyBlock(pen, placed, entry, state, board)),
      ...foot.pieces.map((piece) => block(moved(piece, footTop), null)),
    ],
    targets: keys.map(({ key, rect }) => ({ key: key.key, rect, enabled: true, hold: false })),
    scroll: 0,
    maxScroll: 0,
    log: null,
  };
}

/** Letters and digits stand in their usual order for readers from right to left, too. */
function keyBlock(pen: Pen, placed: PlacedKey, entry: Entry, state: PanelState, whole: Rect): Block {
  const { key, rect } = placed;
  const operations = keyFace(pen, placed, {
    focused: key.key === entry.focus,
    pressed: key.key === state.pressed,
  });
  return { key: `key:${key.key}`, rect, operations, clip: null, whole };
}

interface Division {
  readonly top: Stack;
  readonly foot: Stack;
  /** Where the keyboard goes. */
  readonly area: Rect;
}

/**
 * The keys come first. Where there is no room for all, the heading gives way, then what the keys do, then
 * the question in more words than one line.
 */
function divide(pen: Pen, view: View, entry: Entry, { side, main, wide }: Regions): Division {
  const head: [string, Put][] = [
    ["heading", (x, y, width) => headOf(pen, view.header, view.title, x, y, width)],
  ];
  const field = (short: boolean): [string, Put] => [
    "entry",
    (x, y, width) => entryField(pen, entry, short, x, y, width),
  ];
  const gap = pen.px(12);
  const tries: readonly (readonly [readonly [string, Put][], boolean])[] = [
    [[...head, field(false)], true],
    [[field(false)], true],
    [[field(false)], false],
    [[field(true)], false],
  ];
  for (const [index, [puts, withFoot]] of tries.entries()) {
    const top = stack(side, side.y, gap, puts);
    const foot = withFoot
      ? footOf(pen, view, side, Math.round(side.height * (wide ? 0.4 : 0.16)), wide)
      : EMPTY;
    const end = side.y + side.height - foot.bottom - (foot.bottom > 0 ? gap : 0);
    const bottom = wide ? main.y + main.height : end;
    const least = wide ? main.y : top.bottom + gap;
    const height = keyboardHeight(pen, entry.keys.length, bottom - least);
    const fits = wide
      ? top.bottom <= end
      : bottom - least >= keyboardHeight(pen, entry.keys.length, Infinity);
    if (!fits && index < tries.length - 1) continue;
    const y = wide ? Math.round(main.y + (main.height - height) / 2) : bottom - height;
    return { top, foot, area: { x: main.x, y, width: main.width, height } };
  }
  throw new Error("the last try is always taken");
}

const EMPTY: Stack = { pieces: [], bottom: 0 };
