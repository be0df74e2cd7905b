import type { Tone } from "../../menu/view.ts";
import { TONE_ICON } from "../icons.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT, tint } from "../theme.ts";

/** A message in its tone: colour and shape of the sign say the same. */
export function banner(
  pen: Pen,
  message: { readonly tone: Tone; readonly text: string },
  x: number,
  y: number,
  width: number,
  lines = 6,
): Part {
  const padding = pen.px(14);
  const icon = pen.px(22);
  const left = x + padding + icon + pen.px(12);
  const text = pen.paragraph(message.text, TEXT.body, "text", {
    x: left,
    y: y + padding,
    width: x + width - padding - left,
    lines,
  });
  const height = Math.max(text.height, icon) + 2 * padding;
  const firstLine = pen.lineHeight(TEXT.body);
  const iconTop = y + padding + Math.round((firstLine - icon) / 2);
  return {
    operations: [
      pen.box({ x, y, width, height }, pen.px(14), tint(message.tone)),
      pen.icon(TONE_ICON[message.tone], message.tone, x + padding, iconTop, icon),
      ...text.operations,
    ],
    height,
  };
}
