import type { View } from "../menu/view.ts";
import type { Rect } from "./geometry.ts";
import { banner } from "./parts/banner.ts";
import { countdownLine, footerLine, hintLine } from "./parts/bottom.ts";
import type { Pen } from "./pen.ts";
import { type Put, type Stack, stack } from "./stack.ts";

/** In units: a single column less high than this has better things to show than versions. */
const LEAST_HEIGHT = 640;

/**
 * What stands at the bottom, from 0 on: what just happened, what will, what the keys do, and the versions. The
 * last two give way where `most` pixels are not enough for all.
 */
export function footOf(pen: Pen, view: View, column: Rect, most: number, wide: boolean): Stack {
  const { notice, countdown, hint, footer } = view;
  const puts: [string, Put][] = [];
  if (notice !== null) puts.push(["notice", (x, y, width) => banner(pen, notice, x, y, width, 3)]);
  if (countdown !== null)
    puts.push(["countdown", (x, y, width) => countdownLine(pen, countdown, x, y, width)]);
  const needed = puts.length;
  puts.push(["hint", (x, y, width) => hintLine(pen, hint, x, y, width)]);
  if (wide || column.height >= pen.px(LEAST_HEIGHT))
    puts.push(["footer", (x, y, width) => footerLine(pen, footer, x, y, width)]);
  for (;;) {
    const foot = stack(column, 0, pen.px(8), puts);
    if (foot.bottom <= most || puts.length <= needed) return foot;
    puts.pop();
  }
}
