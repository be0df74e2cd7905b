import type { Header } from "../../menu/view.ts";
import type { Operation } from "../operation.ts";
import type { Part, Pen } from "../pen.ts";
import { TEXT } from "../theme.ts";

export const BRAND = "Holdfast";

/** The line above the title: the mark, the slot and its system, and at the end the clock and the battery. */
function headerLine(pen: Pen, header: Header, x: number, y: number, width: number): Part {
  const mark = pen.em(20);
  const left = x + mark + pen.px(8);
  const state = stateOf(pen, header, x + width, y, mark);
  const room = state.left - (state.operations.length > 0 ? pen.px(12) : 0) - left;
  const name = pen.line(whatRuns(pen, header, room), TEXT.brand, "muted", {
    x: left,
    y,
    width: room,
    height: mark,
  });
  return { operations: [pen.icon("mark", "accent", x, y, mark), name, ...state.operations], height: mark };
}

/** The slot and its system; the slot alone where both have no room. */
function whatRuns(pen: Pen, { slot, system }: Header, room: number): string {
  if (slot === null) return system ?? BRAND;
  const both = system === null ? slot : `${slot} · ${system}`;
  return pen.width(both, TEXT.brand) <= room ? both : slot;
}

/** Clock and battery, from `right` to the left. */
function stateOf(
  pen: Pen,
  { clock, battery }: Header,
  right: number,
  y: number,
  height: number,
): { operations: Operation[]; left: number } {
  const operations: Operation[] = [];
  let left = right;
  const put = (text: string, gap: number): void => {
    const width = pen.width(text, TEXT.brand);
    left -= width + gap;
    operations.push(pen.line(text, TEXT.brand, "muted", { x: left, y, width, height }));
  };
  if (battery !== null) {
    left -= pen.em(22);
    operations.push(...batterySign(pen, battery, left, y, height));
    put(`${battery.percent} %`, pen.px(4));
  }
  if (clock !== null) put(clock, left === right ? 0 : pen.px(12));
  return { operations, left };
}

/** A battery lying on its side, filled as far as it is charged; a bolt while it charges. */
function batterySign(
  pen: Pen,
  { percent, charging }: { readonly percent: number; readonly charging: boolean },
  x: number,
  y: number,
  height: number,
): Operation[] {
  const [wide, high, line] = [pen.em(19), pen.em(11), Math.max(1, pen.em(1.5))];
  const top = y + Math.round((height - high) / 2);
  const color = percent <= 15 && !charging ? "danger" : "muted";
  const room = wide - 4 * line;
  const full = Math.max(line, Math.round((room * Math.min(Math.max(percent, 0), 100)) / 100));
  const inner = { x: x + 2 * line, y: top + 2 * line, width: full, height: high - 4 * line };
  const tip = {
    x: x + wide + Math.max(1, Math.round(line / 2)),
    y: top + Math.round(high * 0.3),
    width: line,
    height: high - 2 * Math.round(high * 0.3),
  };
  const shell = pen.box({ x, y: top, width: wide, height: high }, pen.em(3), null, { color, width: line });
  if (charging) {
    const bolt = pen.em(13);
    return [
      shell,
      pen.box(tip, line / 2, color),
      pen.icon("bolt", "good", x + Math.round((wide - bolt) / 2), top + Math.round((high - bolt) / 2), bolt),
    ];
  }
  return [shell, pen.box(tip, line / 2, color), pen.box(inner, line / 2, color)];
}

/** The header line with the title of the screen below it. */
export function headOf(pen: Pen, header: Header, title: string, x: number, y: number, width: number): Part {
  const line = headerLine(pen, header, x, y, width);
  const top = y + line.height + pen.px(6);
  const below = pen.paragraph(title, TEXT.title, "text", { x, y: top, width, lines: 2 });
  return {
    operations: [...line.operations, ...below.operations],
    height: line.height + pen.px(6) + below.height,
  };
}
