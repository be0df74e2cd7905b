import type { Entry } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";
import { banner } from "./banner.ts";

/**
 * What is asked for, the field with what was typed, and why the last text was not taken; in `short` one line of
 * words in all.
 */
export function entryField(
  pen: Pen,
  entry: Entry,
  short: boolean,
  x: number,
  y: number,
  width: number,
): Part {
  if (!entry.isHere) return banner(pen, { tone: "info", text: entry.waitsFor }, x, y, width);
  const prompt =
    short && entry.error !== null
      ? pen.paragraph(entry.error, TEXT.body, "danger", { x, y, width, lines: 1 })
      : pen.paragraph(entry.prompt, TEXT.body, "muted", { x, y, width, lines: short ? 1 : 4 });
  const top = y + prompt.height + pen.px(short ? 6 : 12);
  const padding = pen.px(14);
  const height = Math.max(pen.px(short ? 36 : 52), pen.lineHeight(TEXT.name) + pen.px(short ? 8 : 20));
  const field = { x, y: top, width, height };
  const operations: Operation[] = [
    ...prompt.operations,
    pen.box(field, pen.px(12), "surface", { color: "accent", width: Math.max(2, pen.px(2)) }),
  ];
  const room = width - 2 * padding - pen.px(4);
  const words = pen.line(lastThatFits(pen, entry.shown, room), TEXT.name, "text", {
    x: x + padding,
    y: top,
    width: room,
    height,
  });
  const caret = pen.em(24);
  operations.push(words);
  operations.push(
    pen.box(
      {
        x: x + padding + words.rect.width + pen.px(2),
        y: top + Math.round((height - caret) / 2),
        width: Math.max(2, pen.px(2)),
        height: caret,
      },
      0,
      "accent",
    ),
  );
  if (entry.error === null || short) return { operations, height: top + height - y };
  const icon = pen.em(18);
  const below = top + height + pen.px(10);
  const left = x + icon + pen.px(8);
  const error = pen.paragraph(entry.error, TEXT.body, "danger", {
    x: left,
    y: below,
    width: x + width - left,
    lines: 3,
  });
  const iconTop = below + Math.round((pen.lineHeight(TEXT.body) - icon) / 2);
  return {
    operations: [...operations, pen.icon("octagon", "danger", x, iconTop, icon), ...error.operations],
    height: below + error.height - y,
  };
}

/** The end of what was typed: that is where a person looks. */
function lastThatFits(pen: Pen, text: string, room: number): string {
  let letters = [...text].slice(-200);
  while (letters.length > 0 && pen.width(letters.join(""), TEXT.name) > room) letters = letters.slice(1);
  return letters.join("");
}
