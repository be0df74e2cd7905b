import type { EntryKey } from "../../menu/view.ts";
import { MIN_TARGET, type Rect } from "../geometry.ts";
import type { IconName } from "../icons.ts";
import type { Operation } from "../operation.ts";
import type { Pen } from "../pen.ts";
import { type Color, TEXT } from "../theme.ts";

/** A key of the keyboard with its place. */
export interface PlacedKey {
  readonly key: EntryKey;
  readonly rect: Rect;
}

/** How much wider than a letter a key is. */
const SHARE: Readonly<Record<EntryKey["role"], number>> = {
  character: 1,
  wide: 4,
  shift: 1.5,
  page: 1.5,
  erase: 1.5,
  submit: 2,
  cancel: 2,
};
const SIGNS: Partial<Readonly<Record<EntryKey["role"], IconName>>> = { shift: "shift", erase: "erase" };
/** In units: the gap between keys, the widest that a key gets, and the highest. */
const [GAP, WIDEST, HIGHEST] = [6, 120, 64];

/** The height of a keyboard of so many rows; its keys are 9 mm high where there is room. */
export function keyboardHeight(pen: Pen, rows: number, most: number): number {
  const wanted = rows * (pen.px(MIN_TARGET) + 1) + (rows - 1) * pen.px(GAP);
  return Math.min(wanted, Math.max(most, 0));
}

/** Rows of keys that share the width; letters of all rows are as wide as those of the fullest. */
export function placeKeys(pen: Pen, rows: readonly (readonly EntryKey[])[], area: Rect): PlacedKey[] {
  const gap = pen.px(GAP);
  const shares = rows.map((row) => row.reduce((sum, key) => sum + SHARE[key.role], 0));
  const fullest = Math.max(...shares, 1);
  const longest = Math.max(...rows.map((row) => row.length), 1);
  const letter = Math.min((area.width - (longest - 1) * gap) / fullest, pen.px(WIDEST));
  const height = Math.min(Math.floor((area.height - (rows.length - 1) * gap) / rows.length), pen.px(HIGHEST));
  return rows.flatMap((row, index) => {
    const width = (key: EntryKey): number => Math.floor(letter * SHARE[key.role]);
    const all = row.reduce((sum, key) => sum + width(key), 0) + (row.length - 1) * gap;
    let x = area.x + Math.max(0, Math.floor((area.width - all) / 2));
    const y = area.y + index * (height + gap);
    return row.map((key) => {
      const rect = { x, y, width: width(key), height };
      x += rect.width + gap;
      return { key, rect };
    });
  });
}

/** One key; the one that three keys have reached has the ring of the focus. */
export function keyFace(
  pen: Pen,
  { key, rect }: PlacedKey,
  state: { readonly focused: boolean; readonly pressed: boolean },
): Operation[] {
  const isSubmit = key.role === "submit";
  const fill: Color = state.pressed
    ? "surfacePressed"
    : isSubmit && !state.focused
      ? "accent"
      : state.focused
        ? "surfaceFocus"
        : key.role === "character" || key.role === "wide"
          ? "surface"
          : "neutralTint";
  const ink: Color = fill === "accent" ? "onAccent" : "text";
  const border = state.focused
    ? ({ color: "accent", width: Math.max(2, pen.px(pen.outlined ? 4 : 2)) } as const)
    : pen.outlined
      ? ({ color: "line", width: Math.max(1, pen.px(1.5)) } as const)
      : null;
  const face = pen.box(rect, pen.px(9), fill, border);
  const sign = SIGNS[key.role];
  if (sign === undefined)
    return [face, pen.centred(key.label, key.role === "character" ? TEXT.key : TEXT.pill, ink, rect)];
  const size = Math.min(pen.em(20), rect.width, rect.height);
  const [x, y] = [
    rect.x + Math.round((rect.width - size) / 2),
    rect.y + Math.round((rect.height - size) / 2),
  ];
  return [face, pen.icon(sign, ink, x, y, size)];
}
