import type { Rect } from "./geometry.ts";
import type { IconName } from "./icons.ts";
import type { Color, TextStyle } from "./theme.ts";

/** One thing to draw. `rect` holds all of its pixels. */
export type Operation =
  | {
      readonly kind: "box";
      readonly rect: Rect;
      readonly radius: number;
      readonly fill: Color | null;
      /** Drawn inside the edge. */
      readonly border: { readonly color: Color; readonly width: number } | null;
    }
  | {
      readonly kind: "text";
      readonly rect: Rect;
      readonly baseline: number;
      readonly text: string;
      /** Size in pixels. */
      readonly style: TextStyle;
      readonly color: Color;
    }
  | { readonly kind: "icon"; readonly rect: Rect; readonly name: IconName; readonly color: Color }
  /** The background, full at `from` and clear at the opposite edge. */
  | { readonly kind: "fade"; readonly rect: Rect; readonly from: "top" | "bottom" };

/** Operations that change together: one item, the banner, the footer. Compared to know what to redraw. */
export interface Block {
  readonly key: string;
  readonly rect: Rect;
  readonly operations: readonly Operation[];
  /** Nothing is drawn outside of it; null where the block cannot reach beyond its place. */
  readonly clip: Rect | null;
}

/** What a tap on a place means. */
export interface Target {
  readonly key: string;
  /** The visible part. */
  readonly rect: Rect;
  readonly enabled: boolean;
}

/** A whole screen, ready to be drawn. */
export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly blocks: readonly Block[];
  readonly targets: readonly Target[];
  /** How far the content is scrolled up, and can be, in pixels. */
  readonly scroll: number;
  readonly maxScroll: number;
}

/** The operation further down by `dy` pixels. */
export function shift(operation: Operation, dy: number): Operation {
  const rect = { ...operation.rect, y: operation.rect.y + dy };
  return operation.kind === "text"
    ? { ...operation, rect, baseline: operation.baseline + dy }
    : { ...operation, rect };
}
