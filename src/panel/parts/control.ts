import type { ViewItem } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";
import type { ItemState } from "./frame.ts";

/** What stands at the end of a row, and how much room it takes. */
export interface RowEnd {
  readonly width: number;
  /** `x` is its left end, `middle` the height of its middle. */
  draw(x: number, middle: number): Operation[];
}

/** The end of a row: what is set there, the ring of a hold, or an arrow while it has the focus. */
export function rowEnd(pen: Pen, item: ViewItem, state: ItemState, room: number): RowEnd {
  if (item.control?.kind === "toggle") return toggle(pen, item.control.on, state.enabled);
  if (item.control?.kind === "choice") return choice(pen, item.control.value, state, room);
  if (item.hold && state.enabled) return holdRing(pen, state);
  const size = pen.px(18);
  return {
    width: size,
    draw: (x, middle) =>
      state.focused && item.control === null
        ? [pen.icon("chevron", "accent", x, middle - Math.round(size / 2), size)]
        : [],
  };
}

function choice(pen: Pen, value: string, state: ItemState, room: number): RowEnd {
  const width = Math.min(pen.width(value, TEXT.body), Math.round(room * 0.5));
  const height = pen.lineHeight(TEXT.body);
  return {
    width,
    draw: (x, middle) => [
      pen.line(value, TEXT.body, state.enabled ? "accent" : "muted", {
        x,
        y: middle - Math.round(height / 2),
        width,
      }),
    ],
  };
}

/** A switch: its knob at the end and a tick on it when on, so that the colour is not all that tells. */
function toggle(pen: Pen, on: boolean, enabled: boolean): RowEnd {
  const [width, height, knob] = [pen.px(46), pen.px(28), pen.px(20)];
  const gap = Math.round((height - knob) / 2);
  const line = { color: enabled ? "muted" : "dotOff", width: Math.max(1, pen.px(1.5)) } as const;
  return {
    width,
    draw(x, middle) {
      const y = middle - Math.round(height / 2);
      const at = on ? x + width - gap - knob : x + gap;
      const track =
        on && enabled
          ? pen.box({ x, y, width, height }, height / 2, "accent")
          : pen.box({ x, y, width, height }, height / 2, null, line);
      const face = { x: at, y: y + gap, width: knob, height: knob };
      const operations = [track, pen.box(face, knob / 2, on && enabled ? "onAccent" : line.color)];
      if (!on) return operations;
      const tick = pen.px(14);
      const inset = Math.round((knob - tick) / 2);
      return [
        ...operations,
        pen.icon("tick", enabled ? "accent" : "background", at + inset, y + gap + inset, tick),
      ];
    },
  };
}

/** The sign before one of several items of which exactly one is on. */
export function radio(
  pen: Pen,
  on: boolean,
  state: ItemState,
  x: number,
  y: number,
  size: number,
): Operation[] {
  const color = !state.enabled ? "dotOff" : on || state.focused ? "accent" : "muted";
  const circle = pen.box({ x, y, width: size, height: size }, size / 2, null, {
    color,
    width: Math.max(1, Math.round(size / 11)),
  });
  if (!on) return [circle];
  const inset = Math.round(size * 0.27);
  const dot = size - 2 * inset;
  return [circle, pen.box({ x: x + inset, y: y + inset, width: dot, height: dot }, dot / 2, color)];
}

/** The ring that a hold fills, with a finger in it. */
function holdRing(pen: Pen, state: ItemState): RowEnd {
  const size = pen.px(34);
  const sign = pen.px(18);
  const inset = Math.round((size - sign) / 2);
  return {
    width: size,
    draw(x, middle) {
      const y = middle - Math.round(size / 2);
      return [
        pen.ring({ x, y, width: size, height: size }, state.held ?? 0, Math.max(2, pen.px(3.5)), "danger"),
        pen.icon("hold", "danger", x + inset, y + inset, sign),
      ];
    },
  };
}
