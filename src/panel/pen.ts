import type { Display } from "../menu/display.ts";
import type { Rect } from "./geometry.ts";
import type { IconName } from "./icons.ts";
import type { Operation } from "./operation.ts";
import { drawable, ellipsize, hasArabic, type Measure, wrap } from "./text.ts";
import type { Color, TextStyle } from "./theme.ts";

/** Operations of one part of the screen and the height that they take, in pixels. */
export interface Part {
  readonly operations: readonly Operation[];
  readonly height: number;
}

/** Height of a capital letter and of a line, for a size of 1 (Inter). */
const CAPITAL = 0.727;
const LINE = 1.36;

const TEXT_SCALE: Readonly<Record<Display["textSize"], number>> = { normal: 1, large: 1.2, largest: 1.45 };

/** Makes operations in whole pixels from sizes in units, as a person wants to read. */
export class Pen {
  /** Items and cards have an edge, as their ground is that of the screen. */
  readonly outlined: boolean;
  readonly #unit: number;
  readonly #measure: Measure;
  readonly #scale: number;
  readonly #rtl: boolean;

  constructor(unit: number, measure: Measure, display: Pick<Display, "theme" | "textSize" | "direction">) {
    this.#unit = unit;
    this.#measure = measure;
    this.#scale = TEXT_SCALE[display.textSize];
    this.#rtl = display.direction === "rtl";
    this.outlined = display.theme === "high-contrast";
  }

  /** Units to whole pixels. */
  px(units: number): number {
    return Math.round(units * this.#unit);
  }

  /** Units to whole pixels, of what grows with the letters. */
  em(units: number): number {
    return Math.round(units * this.#unit * this.#scale);
  }

  /** The style with its size in pixels. */
  style(style: TextStyle): TextStyle {
    return { size: Math.round(style.size * this.#unit * this.#scale * 2) / 2, weight: style.weight };
  }

  lineHeight(style: TextStyle): number {
    return Math.round(style.size * this.#unit * this.#scale * LINE);
  }

  /** Width of a text in pixels, rounded up. */
  width(text: string, style: TextStyle): number {
    return Math.ceil(this.#measure(drawable(text), this.style(style)));
  }

  /** One line, cut with an ellipsis where it is wider than `width`; set in the middle of `height`. */
  line(
    text: string,
    style: TextStyle,
    color: Color,
    at: { x: number; y: number; width: number; height?: number },
  ): Operation & { readonly kind: "text" } {
    return this.#line(drawable(text).replace(/\s+/g, " "), style, color, at, this.#rtl && hasArabic(text));
  }

  #line(
    text: string,
    style: TextStyle,
    color: Color,
    at: { x: number; y: number; width: number; height?: number },
    rtl: boolean,
  ): Operation & { readonly kind: "text" } {
    const sized = this.style(style);
    const shown = ellipsize(text, at.width, sized, this.#measure);
    const height = at.height ?? this.lineHeight(style);
    const baseline = at.y + Math.round(height / 2 + (sized.size * CAPITAL) / 2);
    const rect = { x: at.x, y: at.y, width: Math.min(at.width, this.width(shown, style)), height };
    return { kind: "text", rect, baseline, text: shown, style: sized, color, rtl };
  }

  /** One line in the middle of a rectangle. */
  centred(text: string, style: TextStyle, color: Color, rect: Rect): Operation {
    const line = this.line(text, style, color, rect);
    const x = rect.x + Math.max(0, Math.floor((rect.width - line.rect.width) / 2));
    return { ...line, rect: { ...line.rect, x } };
  }

  /** A text over several lines. */
  paragraph(
    text: string,
    style: TextStyle,
    color: Color,
    at: { x: number; y: number; width: number; lines: number },
  ): Part {
    const height = this.lineHeight(style);
    const rtl = this.#rtl && hasArabic(text);
    const lines = wrap(drawable(text), at.width, this.style(style), this.#measure, at.lines);
    const operations = lines.map((line, index) =>
      this.#line(line, style, color, { x: at.x, y: at.y + index * height, width: at.width }, rtl),
    );
    return { operations, height: lines.length * height };
  }

  icon(name: IconName, color: Color, x: number, y: number, size: number): Operation {
    return { kind: "icon", rect: { x, y, width: size, height: size }, name, color, flipped: false };
  }

  ring(rect: Rect, share: number, width: number, color: Color): Operation {
    return { kind: "ring", rect, share, width, color, track: "track" };
  }

  fade(rect: Rect, from: "top" | "bottom", color: Color): Operation {
    return { kind: "fade", rect, from, color };
  }

  box(
    rect: Rect,
    radius: number,
    fill: Color | null,
    border: { color: Color; width: number } | null = null,
  ): Operation {
    return { kind: "box", rect, radius, fill, border };
  }
}
