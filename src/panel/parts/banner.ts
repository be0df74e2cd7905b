import type { Message } from "../../menu/view.ts";
import { TONE_ICON } from "../icons.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT, tint } from "../theme.ts";

/** A message in its tone: colour and shape of the sign say the same. The technical line stands beneath. */
export function banner(
  pen: Pen,
  message: Message & { readonly technical?: string | null },
  x: number,
  y: number,
  width: number,
  lines = 6,
): Part {
  const padding = pen.px(14);
  const icon = pen.em(22);
  const left = x + padding + icon + pen.px(12);
  const room = x + width - padding - left;
  const top = y + padding;
  const text = pen.paragraph(message.text, TEXT.body, "text", { x: left, y: top, width: room, lines });
  const below = top + text.height + pen.px(4);
  const technical =
    message.technical == null
      ? { operations: [], height: 0 }
      : pen.paragraph(message.technical, TEXT.chip, "muted", { x: left, y: below, width: room, lines: 4 });
  const words = text.height + (technical.height === 0 ? 0 : pen.px(4) + technical.height);
  const height = Math.max(words, icon) + 2 * padding;
  const firstLine = pen.lineHeight(TEXT.body);
  const iconTop = top + Math.round((firstLine - icon) / 2);
  const border = pen.outlined ? { color: message.tone, width: Math.max(1, pen.px(1.5)) } : null;
  return {
    operations: [
      pen.box({ x, y, width, height }, pen.px(14), tint(message.tone), border),
      pen.icon(TONE_ICON[message.tone], message.tone, x + padding, iconTop, icon),
      ...text.operations,
      ...technical.operations,
    ],
    height,
  };
}
