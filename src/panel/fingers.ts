import type { MouseInput } from "../input/evdev/mouse.ts";
import { type Contact, type Touch, touchGestures } from "../input/evdev/touch-gestures.ts";
import type { Intent, View } from "../menu/view.ts";
import { contains, type Geometry, pixelsPerUnit } from "./geometry.ts";
import { ListMotion } from "./list-motion.ts";
import { LogMotion } from "./log-motion.ts";
import type { Layout, Target } from "./operation.ts";
import { Pointer } from "./pointer.ts";
import { turnedPoint } from "./rotation.ts";

/** What fingers touch. */
export interface Touched {
  /** The view that is shown, and where everything of it is; null before the first. */
  view(): View | null;
  shown(): Layout | null;
  now(): number;
  /** A person wants this; `felt` when the device is to pulse. */
  act(intent: Intent, felt: boolean): void;
  repaint(): void;
}

/** How far a finger may move and still tap: 2 mm, in units. */
const SLOP = (2 / 25.4) * 160;
/** How far a notch of a wheel goes: in units in a list, in lines in a log. */
const WHEEL = { units: 60, lines: 3 } as const;
/** How much of what is seen a key moves that has nothing more to focus on. */
const KEY_STEP = 0.6;

/** Fingers and a mouse on one panel: what they press, move and choose. */
export class Fingers {
  readonly list = new ListMotion();
  readonly log: LogMotion;
  readonly pointer = new Pointer();
  readonly #touched: Touched;
  #unit: number;
  #touch: ReturnType<typeof touchGestures>;
  #pressed: string | null = null;
  /** What a finger moves that came down there. */
  #drags: "list" | "log" = "list";

  constructor(touched: Touched, geometry: Geometry) {
    this.#touched = touched;
    this.log = new LogMotion((lines) => touched.act({ kind: "scroll", lines }, false));
    this.#unit = pixelsPerUnit(geometry);
    this.#touch = touchGestures(SLOP * this.#unit);
  }

  /** Key of the item under a finger; null where there is none. */
  get pressed(): string | null {
    return this.#pressed;
  }

  /** Another screen panel took the place of the first. */
  resize(geometry: Geometry): void {
    this.#unit = pixelsPerUnit(geometry);
    this.#touch = touchGestures(SLOP * this.#unit);
  }

  /** Another screen of the menu: it begins at its top. */
  reset(): void {
    this.list.reset();
    this.log.reset();
  }

  isMoving(): boolean {
    return this.list.isMoving() || this.log.isMoving();
  }

  /** A finger, with a position of 0…1 on the touch panel. */
  contact({ kind, x, y, time }: Contact): void {
    const shown = this.#touched.shown();
    if (shown === null) return;
    const point = turnedPoint(x, y, shown.rotation);
    this.#gesture({ kind, x: point.x * shown.width, y: point.y * shown.height, time });
  }

  /** A mouse: its button is a finger where it points, and its wheel moves the list or the log. */
  mouse(input: MouseInput): void {
    const shown = this.#touched.shown();
    if (shown === null) return;
    if (input.kind === "wheel") {
      this.#onWheel(input.notches);
      return;
    }
    const before = this.pointer.at;
    if (input.kind === "move") this.pointer.move(input.dx, input.dy, shown);
    const at = this.pointer.at;
    if (at !== null && (input.kind === "button" || before !== null)) {
      const kind = input.kind === "move" ? "move" : input.down ? "down" : "up";
      this.#gesture({ kind, ...at, time: input.kind === "button" ? input.time : this.#touched.now() });
    }
    this.#touched.repaint();
  }

  /**
   * A key that moves the focus, where there is nothing more to focus on in its direction: what stands beyond the
   * last item, such as facts or a table, is moved into view.
   */
  moveBeyond(direction: "next" | "previous"): void {
    const view = this.#touched.view();
    const shown = this.#touched.shown();
    if (view === null || shown === null || view.entry !== null) return;
    const others = direction === "next" ? view.items.slice(view.focus + 1) : view.items.slice(0, view.focus);
    if (others.some(({ enabled }) => enabled)) return;
    const step = Math.round(shown.height * KEY_STEP) * (direction === "next" ? 1 : -1);
    if (this.list.step(step, shown.maxScroll)) this.#touched.repaint();
  }

  #gesture(contact: Contact): void {
    for (const touch of this.#touch.contact(contact)) this.#onTouch(touch);
  }

  #onWheel(notches: number): void {
    if (this.#touched.view()?.log != null) {
      this.#touched.act({ kind: "scroll", lines: -notches * WHEEL.lines }, false);
      return;
    }
    const [now, most] = [this.#touched.now(), this.#most()];
    this.list.drag(notches * WHEEL.units * this.#unit, now, most);
    this.list.release(0, now, most);
    this.#touched.repaint();
  }

  #onTouch(touch: Touch): void {
    const now = this.#touched.now();
    switch (touch.kind) {
      case "press":
        this.#onPress(touch.x, touch.y);
        break;
      case "drag":
        if (this.#drags === "log")
          this.log.drag(touch.dy, this.#touched.view()?.log ?? null, this.#touched.shown());
        else this.list.drag(touch.dy, now, this.#most());
        break;
      case "fling":
        if (this.#drags === "log") this.log.release(-touch.velocity, now);
        else this.list.release(-touch.velocity, now, this.#most());
        break;
      case "tap": {
        const target = this.#targetAt(touch.x, touch.y);
        const isSame = target?.key === this.#pressed;
        this.#letGo();
        if (target !== undefined && isSame) this.#touched.act({ kind: "choose-item", key: target.key }, true);
        return;
      }
      case "cancel":
        this.#letGo();
        return;
    }
    this.#touched.repaint();
  }

  #onPress(x: number, y: number): void {
    const rect = this.#touched.shown()?.log?.rect;
    this.#drags = rect !== undefined && contains(rect, x, y) ? "log" : "list";
    if (this.list.stop(this.#touched.now(), this.#most()) || this.log.stop()) return;
    const target = this.#targetAt(x, y);
    this.#pressed = target?.key ?? null;
    if (target?.hold === true) this.#touched.act({ kind: "hold", key: target.key, down: true }, true);
  }

  #letGo(): void {
    const key = this.#pressed;
    if (key === null) return;
    this.#pressed = null;
    const isHeld = this.#touched.view()?.items.some((item) => item.key === key && item.hold) === true;
    if (isHeld) this.#touched.act({ kind: "hold", key, down: false }, false);
    this.#touched.repaint();
  }

  #targetAt(x: number, y: number): Target | undefined {
    return this.#touched.shown()?.targets.find(({ rect, enabled }) => enabled && contains(rect, x, y));
  }

  #most(): number {
    return this.#touched.shown()?.maxScroll ?? 0;
  }
}
