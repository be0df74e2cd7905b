import type { Rect } from "./geometry.ts";
import type { Block, Operation } from "./operation.ts";
import type { Pen } from "./pen.ts";

/** Where a content stands of how far it can go, in pixels. */
export interface Scroll {
  readonly at: number;
  readonly most: number;
}

/** A thin bar beside the content that says how much more there is, and a fade where it goes on. */
export function scrollMarks(pen: Pen, viewport: Rect, scroll: Scroll, contentHeight: number): Block[] {
  if (scroll.most === 0) return [];
  const width = Math.max(2, pen.px(3));
  const x = viewport.x + viewport.width + pen.px(5);
  const height = Math.max(pen.px(24), Math.round((viewport.height * viewport.height) / contentHeight));
  const y = viewport.y + Math.round(((viewport.height - height) * scroll.at) / scroll.most);
  const bar: Operation = pen.box({ x, y, width, height }, width / 2, "dotOff");
  const marks: Block[] = [{ key: "scroll", rect: { ...viewport, x, width }, operations: [bar], clip: null }];
  const deep = Math.min(pen.px(24), viewport.height);
  if (scroll.at > 0) marks.push(fade(pen, "top", { ...viewport, height: deep }));
  if (scroll.at < scroll.most)
    marks.push(fade(pen, "bottom", { ...viewport, y: viewport.y + viewport.height - deep, height: deep }));
  return marks;
}

function fade(pen: Pen, from: "top" | "bottom", rect: Rect): Block {
  return { key: `fade:${from}`, rect, operations: [pen.fade(rect, from, "background")], clip: null };
}
