import type { Rect } from "./geometry.ts";
import type { IconName } from "./icons.ts";
import type { Operation } from "./operation.ts";
import { ellipsize, type Measure, wrap } from "./text.ts";
import type { Color, TextStyle } from "./theme.ts";

/** Operations of one part of the screen and the height that they take, in pixels. */
export interface Part {
  readonly operations: readonly Operation[];
  readonly height: number;
}

/** Height of a capital letter and of a line, for a size of 1 (Inter). */
const CAPITAL = 0.727;
const LINE = 1.36;

/** Makes operations in whole pixels from sizes in units. */
export class Pen {
  readonly #unit: number;
  readonly #measure: Measure;

  constructor(unit: number, measure: Measure) {
    this.#unit = unit;
    this.#measure = measure;
  }

  /** Units to whole pixels. */
  px(units: number): number {
    return Math.round(units * this.#unit);
  }

  /** The style with its size in pixels. */
  style(style: TextStyle): TextStyle {
    return { size: Math.round(style.size * this.#unit * 2) / 2, weight: style.weight };
  }

  lineHeight(style: TextStyle): number {
    return Math.round(style.size * this.#unit * LINE);
  }

  /** Width of a text in pixels, rounded up. */
  width(text: string, style: TextStyle): number {
    return Math.ceil(this.#measure(text, this.style(style)));
  }

  /** One line, cut with an ellipsis where it is wider than `width`; set in the middle of `height`. */
  line(
    text: string,
    style: TextStyle,
    color: Color,
    at: { x: number; y: number; width: number; height?: number },
  ): Operation {
    const sized = this.style(style);
    const shown = ellipsize(text, at.width, sized, this.#measure);
    const height = at.height ?? this.lineHeight(style);
    const baseline = at.y + Math.round(height / 2 + (sized.size * CAPITAL) / 2);
    const rect = { x: at.x, y: at.y, width: Math.min(at.width, this.width(shown, style)), height };
    return { kind: "text", rect, baseline, text: shown, style: sized, color };
  }

  /** A text over several lines. */
  paragraph(
    text: string,
    style: TextStyle,
    color: Color,
    at: { x: number; y: number; width: number; lines: number },
  ): Part {
    const height = this.lineHeight(style);
    const lines = wrap(text, at.width, this.style(style), this.#measure, at.lines);
    const operations = lines.map((line, index) =>
      this.line(line, style, color, { x: at.x, y: at.y + index * height, width: at.width }),
    );
    return { operations, height: lines.length * height };
  }

  icon(name: IconName, color: Color, x: number, y: number, size: number): Operation {
    return { kind: "icon", rect: { x, y, width: size, height: size }, name, color };
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
