import type { Entry, View } from "../menu/view.ts";
import type { PanelState } from "./content.ts";
import { footOf } from "./foot.ts";
import type { Sheet } from "./operation.ts";
import { entryField } from "./parts/entry.ts";
import { headerLine, heading } from "./parts/heading.ts";
import { keyboardHeight, keyFace, placeKeys } from "./parts/keyboard.ts";
import type { Pen } from "./pen.ts";
import type { Regions } from "./regions.ts";
import { block, moved, type Put, stack } from "./stack.ts";

/** What is asked for and the keyboard: below each other, or beside where the screen is wide. */
export function entrySheet(pen: Pen, view: View, entry: Entry, regions: Regions, state: PanelState): Sheet {
  const { side, main, wide } = regions;
  const foot = footOf(pen, view, side, Math.round(side.height * (wide ? 0.4 : 0.16)));
  const footTop = side.y + side.height - foot.bottom;
  const puts: [string, Put][] = [
    ["header", (x, y, width) => headerLine(pen, view.header, x, y, width)],
    ["heading", (x, y, width) => heading(pen, view.title, x, y, width)],
    ["entry", (x, y, width) => entryField(pen, entry, x, y, width)],
  ];
  const most = side.height * (wide ? 1 : 0.6);
  const height = keyboardHeight(pen, entry.keys.length, Math.round(most));
  const bottom = wide ? main.y + main.height : footTop - pen.px(12);
  const area = { x: main.x, y: bottom - height, width: main.width, height };
  // Where there is little room the title gives way: what is asked for says enough.
  const whole = stack(side, side.y, pen.px(12), puts);
  const limit = wide ? footTop : area.y;
  const top = whole.bottom <= limit ? whole : stack(side, side.y, pen.px(12), puts.slice(2));
  const keys = entry.isHere ? placeKeys(pen, entry.keys, area) : [];
  return {
    blocks: [
      ...top.pieces.map((piece) => block(piece, side, null)),
      ...keys.map((placed) => ({
        key: `key:${placed.key.key}`,
        rect: placed.rect,
        operations: keyFace(pen, placed, {
          focused: placed.key.key === entry.focus,
          pressed: placed.key.key === state.pressed,
        }),
        clip: null,
      })),
      ...foot.pieces.map((piece) => block(moved(piece, footTop), side, null)),
    ],
    targets: keys.map(({ key, rect }) => ({ key: key.key, rect, enabled: true, hold: false })),
    scroll: 0,
    maxScroll: 0,
    log: null,
  };
}
