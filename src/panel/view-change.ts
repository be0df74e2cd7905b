import type { View } from "../menu/view.ts";

/** Whether a person sees another screen now. */
export function isOtherScreen(a: View, b: View): boolean {
  return a.screen !== b.screen || a.title !== b.title || (a.entry === null) !== (b.entry === null);
}

/** Something happened that a person may want to see: not the next second of a countdown or of the clock. */
export function saysMore(a: View, b: View): boolean {
  return (
    isOtherScreen(a, b) ||
    a.focus !== b.focus ||
    a.notice?.text !== b.notice?.text ||
    a.banner?.text !== b.banner?.text ||
    a.items.length !== b.items.length
  );
}

/** Something is under way, and nobody knows how much of it is done. */
export function isWaiting({ progress }: View): boolean {
  return progress !== null && progress.fraction === null;
}
