/** One finger on the panel; `cancel` also when a second finger came. `time` in ms of one clock. */
export interface Contact {
  readonly kind: "down" | "move" | "up" | "cancel";
  readonly x: number;
  readonly y: number;
  readonly time: number;
}

/** What one finger means. */
export type Touch =
  | { readonly kind: "press"; readonly x: number; readonly y: number }
  /** Down and up on one spot. */
  | { readonly kind: "tap"; readonly x: number; readonly y: number }
  /** `dy` is the way since the last one, positive downwards. */
  | { readonly kind: "drag"; readonly dy: number }
  /** The end of a drag: how fast the finger went, in pixels per ms, positive downwards. */
  | { readonly kind: "fling"; readonly velocity: number }
  | { readonly kind: "cancel" };

/** The way of a finger in this many ms before it was lifted says how fast it was. */
const RECENT_MS = 80;

/** Turns contacts into presses, taps and drags; a finger that moved further than `slop` pixels never taps. */
export function touchGestures(slop: number): { contact(contact: Contact): Touch[] } {
  let start: Contact | null = null;
  let last = 0;
  let dragging = false;
  let trail: Contact[] = [];

  const move = (contact: Contact, from: Contact): Touch[] => {
    if (dragging) {
      const dy = contact.y - last;
      last = contact.y;
      return [{ kind: "drag", dy }];
    }
    if (Math.hypot(contact.x - from.x, contact.y - from.y) <= slop) return [];
    dragging = true;
    last = contact.y;
    return [{ kind: "cancel" }, { kind: "drag", dy: contact.y - from.y }];
  };
  const lift = (contact: Contact, from: Contact): Touch[] => {
    if (dragging)
      return [{ kind: "fling", velocity: contact.kind === "up" ? velocityOf(trail, contact) : 0 }];
    const near = Math.hypot(contact.x - from.x, contact.y - from.y) <= slop;
    return contact.kind === "up" && near
      ? [{ kind: "tap", x: contact.x, y: contact.y }]
      : [{ kind: "cancel" }];
  };
  return {
    contact(contact) {
      if (contact.kind === "down") {
        start = contact;
        dragging = false;
        trail = [contact];
        return [{ kind: "press", x: contact.x, y: contact.y }];
      }
      if (start === null) return [];
      const from = start;
      if (contact.kind === "move") {
        trail = [...trail.filter(({ time }) => contact.time - time <= RECENT_MS), contact];
        return move(contact, from);
      }
      start = null;
      return lift(contact, from);
    },
  };
}

function velocityOf(trail: readonly Contact[], end: Contact): number {
  const recent = trail.filter(({ time }) => end.time - time <= RECENT_MS);
  const [first] = recent;
  if (first === undefined || end.time - first.time <= 0) return 0;
  return (end.y - first.y) / (end.time - first.time);
}
