import type { Action, ItemRule } from "../item.ts";
import { text } from "../texts.ts";

/** How far one press goes: less than the smallest panel shows, so that nothing is passed over. */
export const PAGE = 10;

/** A long text and its first line that is seen. */
export interface Scrolled {
  readonly at: number;
  readonly count: number;
}

function move({ at, count }: Scrolled, by: number): Action {
  return { kind: "place", change: { at: Math.min(Math.max(0, count - 1), Math.max(0, at + by)) } };
}

/** Items that move a long text, for those who have no more than three keys. */
export const SCROLL_RULES: readonly ItemRule<Scrolled>[] = [
  {
    key: "down",
    shown: ({ count }) => count > PAGE,
    label: () => text("scroll.down"),
    obstacle: ({ at, count }) => (at + 1 >= count ? text("scroll.end") : null),
    action: (subject) => move(subject, PAGE),
  },
  {
    key: "up",
    shown: ({ count }) => count > PAGE,
    label: () => text("scroll.up"),
    obstacle: ({ at }) => (at === 0 ? text("scroll.start") : null),
    action: (subject) => move(subject, -PAGE),
  },
];
