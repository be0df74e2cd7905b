import type { LibinputEvent } from "../../linux/libinput-event.ts";
import type { Contact } from "../evdev/touch-gestures.ts";

/** The fingers of one device, as libinput tells them. */
export type TouchEvent = Extract<LibinputEvent, { readonly kind: "down" | "motion" | "up" | "cancel" }>;

/** Follows the one finger that works the menu. Two cancel, and nothing counts until all are up again. */
export function followedFinger(): { feed(event: TouchEvent): Contact[]; letGo(): Contact[] } {
  const down = new Set<number>();
  let followed: { slot: number; last: Contact } | null = null;

  const end = (kind: "up" | "cancel", time: number): Contact[] => {
    if (followed === null) return [];
    const { last } = followed;
    followed = null;
    return [{ ...last, kind, time }];
  };
  return {
    feed(event) {
      const { slot, time } = event;
      if (event.kind === "down") {
        const isFirst = down.size === 0;
        down.add(slot);
        if (!isFirst) return end("cancel", time);
        const contact: Contact = { kind: "down", x: event.x, y: event.y, time };
        followed = { slot, last: contact };
        return [contact];
      }
      if (event.kind === "motion") {
        if (followed?.slot !== slot) return [];
        const contact: Contact = { kind: "move", x: event.x, y: event.y, time };
        followed = { slot, last: contact };
        return [contact];
      }
      down.delete(slot);
      return followed?.slot === slot ? end(event.kind, time) : [];
    },
    letGo() {
      down.clear();
      return end("cancel", followed?.last.time ?? 0);
    },
  };
}
