import { Axis, type AxisInfo, EventType, type InputEvent } from "../../bytes/input-event.ts";
import type { Contact } from "./touch-gestures.ts";

/** Where fingers are, read from the kernel at the start and after events were lost. */
export interface TouchSnapshot {
  /** The slot that the next events without a slot number mean. */
  readonly currentSlot: number;
  /**
   * One per slot (one in all for a single-touch device). Positions count without a finger too: the kernel
   * leaves out what stays the same when the next one comes down.
   */
  readonly fingers: readonly Readonly<Finger>[];
}

export interface TouchAxes {
  readonly x: AxisInfo;
  readonly y: AxisInfo;
}

export interface Finger {
  x: number;
  y: number;
  down: boolean;
}

/**
 * Follows the one finger that works the menu, for protocol B and for single-touch devices. Contacts come out
 * at SYN_REPORT with x and y from 0 to 1. Two fingers cancel, and nothing counts until all are up again; so
 * do fingers that were down when the menu came.
 */
export class TouchTracker {
  readonly #axes: TouchAxes;
  readonly #slots: boolean;
  readonly #touchKey: number;
  #fingers: Finger[] = [];
  #current = 0;
  /** The slot whose finger is being followed. */
  #followed: number | null = null;
  #muted = false;
  #lifted = false;
  #sent = { x: 0, y: 0 };
  /** Of the newest event. */
  #time = 0;

  constructor(protocol: "slots" | "single", axes: TouchAxes, touchKey: number, start: TouchSnapshot) {
    this.#slots = protocol === "slots";
    this.#axes = axes;
    this.#touchKey = touchKey;
    this.#load(start);
  }

  /** Feeds one event in the device's order; SYN_DROPPED is the caller's business, see `resync`. */
  feed(event: InputEvent): Contact[] {
    this.#time = event.time;
    if (event.type === EventType.abs) this.#axis(event.code, event.value);
    if (event.type === EventType.key && !this.#slots && event.code === this.#touchKey)
      this.#setDown(0, event.value !== 0);
    return event.type === EventType.syn && event.code === 0 ? this.#report() : [];
  }

  /** Starts again from the kernel's state after events were lost: what was going on is cancelled. */
  resync(now: TouchSnapshot): Contact[] {
    const following = this.#followed !== null;
    this.#load(now);
    return following ? [this.#contact("cancel")] : [];
  }

  #load(snapshot: TouchSnapshot): void {
    this.#fingers = snapshot.fingers.map((finger) => ({ ...finger }));
    this.#current = snapshot.currentSlot;
    this.#followed = null;
    this.#muted = this.#fingers.some((finger) => finger.down);
    this.#lifted = false;
  }

  #axis(code: number, value: number): void {
    if (!this.#slots) {
      if (code === Axis.x) this.#finger(0).x = value;
      if (code === Axis.y) this.#finger(0).y = value;
      return;
    }
    if (code === Axis.slot) this.#current = value;
    if (code === Axis.positionX) this.#finger(this.#current).x = value;
    if (code === Axis.positionY) this.#finger(this.#current).y = value;
    if (code === Axis.trackingId) this.#setDown(this.#current, value >= 0);
  }

  #setDown(slot: number, down: boolean): void {
    const finger = this.#finger(slot);
    if (slot === this.#followed && finger.down) this.#lifted = true;
    finger.down = down;
  }

  #finger(slot: number): Finger {
    const finger = this.#fingers[slot];
    if (finger !== undefined) return finger;
    const added = { x: 0, y: 0, down: false };
    // A slot number beyond what the device announced is a driver's fault; it must not cost memory.
    if (slot >= 0 && slot < 64) this.#fingers[slot] = added;
    return added;
  }

  #report(): Contact[] {
    const down: number[] = [];
    this.#fingers.forEach((finger, slot) => {
      if (finger.down) down.push(slot);
    });
    const lifted = this.#lifted;
    this.#lifted = false;
    if (this.#muted) {
      this.#muted = down.length > 0;
      return [];
    }
    if (this.#followed === null) return this.#begin(down);
    if (down.length === 0) return this.#end("up");
    // Another finger, or the same slot with a new finger in one packet.
    if (down.length > 1 || down[0] !== this.#followed || lifted) {
      this.#muted = true;
      return this.#end("cancel");
    }
    return this.#move();
  }

  #begin(down: readonly number[]): Contact[] {
    const [first, ...others] = down;
    if (first === undefined) return [];
    if (others.length > 0) {
      this.#muted = true;
      return [];
    }
    this.#followed = first;
    return [this.#contact("down")];
  }

  #end(kind: "up" | "cancel"): Contact[] {
    const contact = this.#contact(kind);
    this.#followed = null;
    return [contact];
  }

  #move(): Contact[] {
    const { x, y } = this.#sent;
    const contact = this.#contact("move");
    return contact.x === x && contact.y === y ? [] : [contact];
  }

  #contact(kind: Contact["kind"]): Contact {
    const finger = this.#finger(this.#followed ?? 0);
    this.#sent = { x: unit(finger.x, this.#axes.x), y: unit(finger.y, this.#axes.y) };
    return { kind, ...this.#sent, time: this.#time };
  }
}

/** A position on an axis as 0…1. */
function unit(value: number, { minimum, maximum }: AxisInfo): number {
  const range = maximum - minimum + 1;
  return range <= 1 ? 0 : Math.min(Math.max((value - minimum) / range, 0), 1);
}
