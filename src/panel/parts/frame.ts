import type { Rect } from "../geometry.ts";
import type { Operation } from "../operation.ts";
import type { Pen } from "../pen.ts";

/** How an item stands: under the focus, under a finger, not to be chosen. */
export interface ItemState {
  readonly focused: boolean;
  readonly pressed: boolean;
  readonly enabled: boolean;
}

/** The ground of an item, with the ring of the focus inside its edge. */
export function itemFrame(pen: Pen, rect: Rect, state: ItemState): Operation {
  const radius = pen.px(14);
  if (state.focused)
    return pen.box(rect, radius, state.pressed ? "surfacePressed" : "surfaceFocus", {
      color: "accent",
      width: Math.max(2, pen.px(2)),
    });
  if (state.pressed) return pen.box(rect, radius, "surfacePressed");
  if (state.enabled) return pen.box(rect, radius, "surface");
  return pen.box(rect, radius, null, { color: "line", width: Math.max(1, pen.px(1)) });
}
