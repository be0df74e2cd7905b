import type { Rotation, Theme } from "../menu/display.ts";
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
      /** The text as a whole reads from right to left. */
      readonly rtl: boolean;
    }
  | {
      readonly kind: "icon";
      readonly rect: Rect;
      readonly name: IconName;
      readonly color: Color;
      /** Drawn the other way round. */
      readonly flipped: boolean;
    }
  /** A circle that fills clockwise from the top as `share` goes from 0 to 1. */
  | {
      readonly kind: "ring";
      readonly rect: Rect;
      readonly share: number;
      readonly width: number;
      readonly color: Color;
      readonly track: Color;
    }
  /** A ground, full at `from` and clear at the opposite edge. */
  | {
      readonly kind: "fade";
      readonly rect: Rect;
      readonly from: "top" | "bottom";
      readonly color: Color;
    };

/** Operations that change together: one item, the banner, the footer. Compared to know what to redraw. */
export interface Block {
  readonly key: string;
  readonly rect: Rect;
  readonly operations: readonly Operation[];
  /** Nothing is drawn outside of it; null where the block cannot reach beyond its place. */
  readonly clip: Rect | null;
  /** For readers from right to left too, what lies in this place keeps its order: it moves as a whole. */
  readonly whole?: Rect;
}

/** What a tap on a place means. */
export interface Target {
  readonly key: string;
  /** The visible part. */
  readonly rect: Rect;
  readonly enabled: boolean;
  /** A finger has to stay on it. */
  readonly hold: boolean;
}

/** A whole screen, ready to be drawn. */
export interface Layout {
  /** Of what is drawn, which is the panel turned by `rotation`. */
  readonly width: number;
  readonly height: number;
  readonly rotation: Rotation;
  readonly theme: Theme;
  readonly blocks: readonly Block[];
  readonly targets: readonly Target[];
  /** How far the content is scrolled up, and can be, in pixels. */
  readonly scroll: number;
  readonly maxScroll: number;
  readonly log: LogArea | null;
}

/** Where a finger moves the lines of a log. */
export interface LogArea {
  readonly rect: Rect;
  /** Heights of the first line that is seen and of the one before it, in pixels. */
  readonly first: number;
  readonly before: number;
  /** The last line is seen. */
  readonly atEnd: boolean;
}

/** What a layout says besides its size and colours. */
export type Sheet = Pick<Layout, "blocks" | "targets" | "scroll" | "maxScroll" | "log">;

/** The operation further down by `dy` pixels. */
export function shift(operation: Operation, dy: number): Operation {
  const rect = { ...operation.rect, y: operation.rect.y + dy };
  return operation.kind === "text"
    ? { ...operation, rect, baseline: operation.baseline + dy }
    : { ...operation, rect };
}
