import { Axis, EventType, type InputEvent, Key, Switch, Syn } from "../../bytes/input-event.ts";
import type { EventDevice } from "../../linux/evdev.ts";
import type { InputOptions } from "../options.ts";
import type { DeviceClass } from "./classify.ts";
import { slotsOfContacts } from "./contacts.ts";
import { dialKeys, hatKeys } from "./hat.ts";
import { type KeyGestures, type KeyInput, type KeyProfile, keyGestures } from "./key-gestures.ts";
import { type MouseInput, mouseGestures } from "./mouse.ts";
import { type TouchSnapshot, TouchTracker } from "./touch.ts";

/** What comes out of a device. */
export interface DeviceEvents extends Omit<InputOptions, "keys"> {
  /** `tick` is to be called at this time of the device's clock, in ms; null: not any more. */
  onDue(time: number | null): void;
}

/** Slots that are followed at most: no panel has as many, but a driver may say that it has more. */
const MOST_SLOTS = 64;

/** Reads the events of one device; lost events (SYN_DROPPED) are made good from the kernel's state. */
export class DeviceReader {
  readonly #device: EventDevice;
  readonly #class: DeviceClass;
  readonly #events: DeviceEvents;
  readonly #keys: KeyGestures;
  readonly #touch: TouchTracker | null;
  readonly #mouse: ReturnType<typeof mouseGestures> | null;
  readonly #hat = hatKeys();
  readonly #contacts: (event: InputEvent) => InputEvent[];
  readonly #slotCount: number;
  #dropped = false;
  #due: number | null = null;

  constructor(device: EventDevice, deviceClass: DeviceClass, events: DeviceEvents, profile: KeyProfile) {
    this.#device = device;
    this.#class = deviceClass;
    this.#events = events;
    this.#keys = keyGestures(device.heldKeys(), profile);
    const slots = deviceClass.touch === "slots" ? device.axis(Axis.slot).maximum + 1 : 1;
    this.#slotCount = Math.min(Math.max(slots, 1), MOST_SLOTS);
    this.#contacts = deviceClass.touch === "contacts" ? slotsOfContacts() : (event) => [event];
    this.#touch = this.#tracker();
    this.#mouse = deviceClass.mouse ? mouseGestures() : null;
    if (deviceClass.lid && device.setSwitches().includes(Switch.lid)) events.onLid(true);
  }

  /** Takes everything that the device has ready; false when the device is gone. */
  drain(): boolean {
    const events = this.#device.read();
    if (events === null) {
      this.#letGo();
      return false;
    }
    for (const event of events.flatMap(this.#hat).flatMap(dialKeys).flatMap(this.#contacts))
      this.#take(event);
    return true;
  }

  /** A device that is gone holds nothing any more, neither a key nor a finger on what is dangerous. */
  #letGo(): void {
    this.#pass(this.#keys.reset([]));
    const lifted = this.#touch?.resync({ currentSlot: 0, fingers: [] }) ?? [];
    for (const contact of lifted) this.#events.onContact(contact);
  }

  /** What comes of time alone, such as the repetitions of a held key. */
  tick(time: number): void {
    // Where drawing takes longer than a repetition, the release that ends it is here and was not read yet.
    if (!this.drain()) return;
    this.#pass(this.#keys.advance(time, this.#events.keyContext()));
  }

  #take(event: InputEvent): void {
    if (event.type === EventType.syn && event.code === Syn.dropped) this.#dropped = true;
    if (this.#dropped) {
      if (event.type === EventType.syn && event.code === Syn.report) this.#resync();
      return;
    }
    if (event.type === EventType.key && this.#class.keys) this.#takeKey(event);
    if (event.type === EventType.switch && event.code === Switch.lid) this.#events.onLid(event.value === 1);
    for (const contact of this.#touch?.feed(event) ?? []) this.#events.onContact(contact);
    for (const input of this.#mouse?.feed(event) ?? []) this.#onMouse(input);
  }

  /** A tablet's button is a finger already; its wheel is still a wheel. */
  #onMouse(input: MouseInput): void {
    if (this.#touch === null || input.kind === "wheel") this.#events.onMouse(input);
  }

  #takeKey({ code, value, time }: InputEvent): void {
    // Fingers and pens press "keys" too; they wake by where they touch.
    if (isOfPointer(code)) return;
    if (value === 1 && this.#events.onPress()) this.#keys.ignore(code);
    this.#pass(this.#keys.key(code, value, time, this.#events.keyContext()));
  }

  #resync(): void {
    this.#dropped = false;
    this.#pass(this.#keys.reset(this.#device.heldKeys()));
    if (this.#class.lid) this.#events.onLid(this.#device.setSwitches().includes(Switch.lid));
    if (this.#touch === null) return;
    const fingers = this.#class.touch === "contacts" ? UNKNOWN_FINGER : this.#snapshot();
    for (const contact of this.#touch.resync(fingers)) this.#events.onContact(contact);
  }

  #pass(inputs: readonly KeyInput[]): void {
    const due = this.#keys.due();
    if (due !== this.#due) {
      this.#due = due;
      this.#events.onDue(due);
    }
    for (const input of inputs) this.#events.onKey(input);
  }

  #tracker(): TouchTracker | null {
    const { touch, touchKey } = this.#class;
    if (touch === null) return null;
    const [x, y] = touch === "single" ? [Axis.x, Axis.y] : [Axis.positionX, Axis.positionY];
    const axes = { x: this.#device.axis(x), y: this.#device.axis(y) };
    const flat = Object.entries(axes).find(([, { minimum, maximum }]) => maximum <= minimum);
    if (flat !== undefined) {
      const [name, { minimum, maximum }] = flat;
      this.#events.log(
        `${this.#device.path}: no touch: axis ${name} runs from ${minimum} to ${maximum}, which places nothing`,
      );
      return null;
    }
    return new TouchTracker(touch === "single" ? "single" : "slots", axes, touchKey, this.#snapshot());
  }

  #snapshot(): TouchSnapshot {
    const device = this.#device;
    // The kernel keeps no state of such panels.
    if (this.#class.touch === "contacts") return { currentSlot: 0, fingers: [] };
    if (this.#class.touch === "single") {
      const down = device.heldKeys().includes(this.#class.touchKey);
      const [x, y] = [device.axis(Axis.x).value, device.axis(Axis.y).value];
      return { currentSlot: 0, fingers: [{ x, y, down }] };
    }
    const ids = device.slotValues(Axis.trackingId, this.#slotCount);
    const xs = device.slotValues(Axis.positionX, this.#slotCount);
    const ys = device.slotValues(Axis.positionY, this.#slotCount);
    return {
      currentSlot: device.axis(Axis.slot).value,
      fingers: ids.map((id, slot) => ({ x: xs[slot] ?? 0, y: ys[slot] ?? 0, down: id >= 0 })),
    };
  }
}

/** One may be down, and nothing counts until all are up. */
const UNKNOWN_FINGER: TouchSnapshot = { currentSlot: 0, fingers: [{ x: 0, y: 0, down: true }] };

/** Buttons of mice (from BTN_LEFT on), and tools and touches of pens and panels (BTN_DIGI). */
function isOfPointer(code: number): boolean {
  return (code >= Key.buttonLeft && code < 0x120) || (code >= Key.toolPen && code < 0x150);
}
