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

/** Keys other than letters share what the letters of their row leave, in these parts. */
const SHARE: Readonly<Record<EntryKey["role"], number>> = {
  character: 1,
  wide: 3.4,
  shift: 1.5,
  page: 1.5,
  erase: 1.5,
  submit: 2,
  cancel: 2.6,
};
/** Rows this short are a pad, whose keys are all alike. */
const PAD = 4;
const SIGNS: Partial<Readonly<Record<EntryKey["role"], IconName>>> = { shift: "shift", erase: "erase" };
/** In units: the gap between keys, the widest that a keyboard gets, and the highest that a key does. */
const [GAP, WIDEST, HIGHEST] = [6, 420, 64];

/** The height of a keyboard of so many rows; its keys are 9 mm high where there is room. */
export function keyboardHeight(pen: Pen, rows: number, most: number): number {
  const wanted = rows * (pen.px(MIN_TARGET) + 1) + (rows - 1) * pen.px(GAP);
  return Math.min(wanted, Math.max(most, 0));
}

/** Rows of keys that share the width; letters of all rows are as wide as those of the fullest. */
export function placeKeys(pen: Pen, rows: readonly (readonly EntryKey[])[], area: Rect): PlacedKey[] {
  const gap = pen.px(GAP);
  const width = Math.min(area.width, pen.px(WIDEST));
  const left = area.x + Math.round((area.width - width) / 2);
  const longest = Math.max(...rows.map((row) => row.length), 1);
  const letter = Math.floor((width - (longest - 1) * gap) / longest);
  const height = Math.min(Math.floor((area.height - (rows.length - 1) * gap) / rows.length), pen.px(HIGHEST));
  return rows.flatMap((row, index) => {
    const widths = longest <= PAD ? row.map(() => letter) : rowWidths(row, letter, width, gap);
    const all = widths.reduce((sum, one) => sum + one + gap, -gap);
    let x = left + Math.max(0, Math.floor((width - all) / 2));
    const y = area.y + index * (height + gap);
    return row.map((key, at) => {
      const rect = { x, y, width: widths[at] ?? letter, height };
      x += rect.width + gap;
      return { key, rect };
    });
  });
}

/** Letters are alike; the other keys of the row fill what is left of it. */
function rowWidths(row: readonly EntryKey[], letter: number, width: number, gap: number): number[] {
  const others = row.filter(({ role }) => role !== "character");
  const shares = others.reduce((sum, { role }) => sum + SHARE[role], 0);
  const left = width - (row.length - 1) * gap - (row.length - others.length) * letter;
  return row.map(({ role }) =>
    role === "character" ? letter : Math.max(letter, Math.floor((left * SHARE[role]) / shares)),
  );
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
