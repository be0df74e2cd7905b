import { Key } from "../../bytes/input-event.ts";
import type { LibinputEvent } from "../../linux/libinput-event.ts";
import { type KeyGestures, type KeyInput, keyGestures } from "../evdev/key-gestures.ts";
import { MENU_KEYS } from "../evdev/key-map.ts";
import type { Contact } from "../evdev/touch-gestures.ts";
import type { InputOptions } from "../options.ts";
import { followedFinger } from "./touches.ts";

export interface DeviceHost extends InputOptions {
  /** `tick` is to be called at this time, in ms; null: not any more. */
  onDue(time: number | null): void;
}

/** Turns libinput's events of one device into what the menu takes, by the rules that hold for evdev. */
export class LibinputDevice {
  readonly #host: DeviceHost;
  readonly #keys: KeyGestures;
  readonly #finger = followedFinger();
  #due: number | null = null;
  /** Where a tablet or a pen points; null for a mouse, which has no place of its own. */
  #point: { readonly x: number; readonly y: number } | null = null;
  #pointDown = false;

  constructor(host: DeviceHost) {
    this.#host = host;
    // libinput leaves out the release of a key that was down before it looked.
    this.#keys = keyGestures([], host.keys);
  }

  take(event: LibinputEvent): void {
    switch (event.kind) {
      case "key":
        if (event.code === Key.buttonLeft) this.#button(event.down, event.time);
        else if (isKey(event.code)) this.#key(event.code, event.down, event.time);
        return;
      case "move":
      case "wheel":
        this.#host.onMouse(event);
        return;
      case "point":
        this.#pointAt(event);
        return;
      case "down":
      case "motion":
      case "up":
      case "cancel":
        for (const contact of this.#finger.feed(event)) this.#host.onContact(contact);
        return;
      case "lid":
        this.#host.onLid(event.closed);
    }
  }

  /** What comes of time alone, such as the repetitions of a held key. */
  tick(time: number): void {
    this.#pass(this.#keys.advance(time, this.#host.keyContext()));
  }

  /** A device that is gone holds nothing any more, neither a key nor a finger on what is dangerous. */
  letGo(): void {
    this.#pass(this.#keys.reset([]));
    for (const contact of this.#finger.letGo()) this.#host.onContact(contact);
    if (this.#pointDown) this.#touchPoint("cancel", 0);
  }

  #key(code: number, down: boolean, time: number): void {
    if (down && this.#host.onPress()) this.#keys.ignore(code);
    this.#pass(this.#keys.key(code, down ? 1 : 0, time, this.#host.keyContext()));
  }

  /** The button of what points at a place is a finger there. */
  #button(down: boolean, time: number): void {
    if (this.#point === null) {
      this.#host.onMouse({ kind: "button", down, time });
      return;
    }
    this.#pointDown = down;
    this.#touchPoint(down ? "down" : "up", time);
  }

  #pointAt({ x, y, time }: { readonly x: number; readonly y: number; readonly time: number }): void {
    this.#point = { x, y };
    if (this.#pointDown) this.#touchPoint("move", time);
  }

  #touchPoint(kind: Contact["kind"], time: number): void {
    if (this.#point !== null) this.#host.onContact({ kind, ...this.#point, time });
  }

  #pass(inputs: readonly KeyInput[]): void {
    const due = this.#keys.due();
    if (due !== this.#due) {
      this.#due = due;
      this.#host.onDue(due);
    }
    for (const input of inputs) this.#host.onKey(input);
  }
}

/** Letters and the menu's own keys; not the other buttons of mice, nor what pens and touchpads press. */
function isKey(code: number): boolean {
  return code < Key.buttonFirst || MENU_KEYS.has(code);
}
