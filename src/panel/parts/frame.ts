import type { Rect } from "../geometry.ts";
import type { Operation } from "../operation.ts";
import type { Pen } from "../pen.ts";

/** How an item stands: under the focus, under a finger, not to be chosen. */
export interface ItemState {
  readonly focused: boolean;
  readonly pressed: boolean;
  readonly enabled: boolean;
  /** How much of its hold is over, 0 to 1; null while nobody holds it. */
  readonly held: number | null;
}

/** The ground of an item, with the ring of the focus inside its edge. */
export function itemFrame(pen: Pen, rect: Rect, state: ItemState): Operation {
  const radius = pen.px(14);
  const fill = state.pressed ? "surfacePressed" : state.focused ? "surfaceFocus" : "surface";
  if (state.focused)
    return pen.box(rect, radius, fill, {
      color: "accent",
      width: Math.max(2, pen.px(pen.outlined ? 4 : 2)),
    });
  const line = { color: "line", width: Math.max(1, pen.px(pen.outlined ? 1.5 : 1)) } as const;
  if (!state.enabled) return pen.box(rect, radius, null, pen.outlined ? { ...line, color: "track" } : line);
  return pen.box(rect, radius, fill, pen.outlined ? line : null);
}

/** A ground for what is only read. */
export function plate(pen: Pen, rect: Rect): Operation {
  const border = pen.outlined ? ({ color: "line", width: Math.max(1, pen.px(1.5)) } as const) : null;
  return pen.box(rect, pen.px(14), "surface", border);
}
