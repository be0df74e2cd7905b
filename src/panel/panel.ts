import { setTimeout } from "node:timers/promises";
import { messageOf } from "../domain/errors.ts";
import { type Contact, touchGestures } from "../input/evdev/gestures.ts";
import type { Intent, View } from "../menu/view.ts";
import { measureText } from "./draw.ts";
import { contains, pixelsPerUnit } from "./geometry.ts";
import { AT_REST, layOut, type PanelState } from "./layout.ts";
import type { Target } from "./operation.ts";
import { Painter } from "./painter.ts";
import type { Surface } from "./surface.ts";

export interface PanelEvents {
  onIntent(intent: Intent): void;
  log(line: string): void;
  /** Opens the screen again after its driver was replaced; throws while it is not back. */
  reopen(): Surface;
}

/** How far a finger may move and still tap: 2 mm, in units. */
const SLOP = (2 / 25.4) * 160;
/** A real display driver that takes over from the firmware's needs a moment. */
const REOPEN = { every: 100, times: 100 } as const;

/** Shows the newest view on a surface and turns taps into intents. */
export class Panel {
  readonly #events: PanelEvents;
  #surface: Surface;
  #painter: Painter;
  #touch: ReturnType<typeof touchGestures>;
  #view: View | null = null;
  #state: PanelState = AT_REST;
  /** Something changed since the painting that goes on began. */
  #dirty = false;
  #painting: Promise<void> | null = null;
  #closed = false;

  constructor(surface: Surface, events: PanelEvents) {
    this.#surface = surface;
    this.#events = events;
    this.#painter = new Painter(surface);
    this.#touch = touchGestures(SLOP * pixelsPerUnit(surface.geometry));
  }

  /** Shows a view as soon as the one being painted is done; views in between are left out. */
  show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (before?.screen !== view.screen || before.title !== view.title) this.#state = AT_REST;
    else if (before.focus !== view.focus) this.#state = { ...this.#state, follow: true };
    this.#repaint();
  }

  /** A finger, with a position of 0…1 on the touch panel. */
  contact({ kind, x, y }: Contact): void {
    const { width, height } = this.#surface.geometry;
    for (const touch of this.#touch.contact({ kind, x: x * width, y: y * height })) {
      if (touch.kind === "press") this.#press(this.#targetAt(touch.x, touch.y)?.key ?? null);
      else if (touch.kind === "drag") this.#drag(touch.dy);
      else {
        const pressed = this.#state.pressed;
        this.#press(null);
        const target = touch.kind === "tap" ? this.#targetAt(touch.x, touch.y) : undefined;
        if (target !== undefined && target.key === pressed)
          this.#events.onIntent({ kind: "choose-item", key: target.key });
      }
    }
  }

  /** Resolves when the newest view is on the screen; for benchmarks and tests. */
  async settled(): Promise<void> {
    while (this.#painting !== null) await this.#painting;
  }

  /** Ends the painting that goes on and lets go of the surface. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#painting;
    this.#surface.close();
  }

  #targetAt(x: number, y: number): Target | undefined {
    return this.#painter.shown?.targets.find(({ rect, enabled }) => enabled && contains(rect, x, y));
  }

  #press(key: string | null): void {
    if (this.#state.pressed === key) return;
    this.#state = { ...this.#state, pressed: key };
    this.#repaint();
  }

  #drag(dy: number): void {
    const shown = this.#painter.shown;
    if (shown === null || shown.maxScroll === 0) return;
    const scroll = Math.min(Math.max(this.#state.scroll - dy, 0), shown.maxScroll);
    this.#state = { ...this.#state, scroll, follow: false };
    this.#repaint();
  }

  #repaint(): void {
    this.#dirty = true;
    if (this.#painting !== null || this.#closed) return;
    this.#painting = this.#paintAll().finally(() => {
      this.#painting = null;
    });
  }

  async #paintAll(): Promise<void> {
    while (this.#dirty && !this.#closed && this.#view !== null) {
      this.#dirty = false;
      try {
        const layout = layOut(this.#view, this.#surface.geometry, measureText, this.#state);
        this.#state = { ...this.#state, scroll: layout.scroll };
        const first = this.#painter.shown === null;
        if (!(await this.#painter.paint(layout))) await this.#comeBack();
        else if (first) this.#events.log("the first frame is on the screen");
      } catch (error) {
        this.#events.log(messageOf(error));
      }
    }
  }

  /** The display driver was replaced: opens the new screen, which may have another size, and draws it all. */
  async #comeBack(): Promise<void> {
    this.#events.log("the framebuffer's driver was replaced");
    this.#surface.close();
    for (let attempt = 1; !this.#closed; attempt += 1) {
      try {
        this.#surface = this.#events.reopen();
        this.#painter = new Painter(this.#surface);
        this.#touch = touchGestures(SLOP * pixelsPerUnit(this.#surface.geometry));
        this.#dirty = true;
        return;
      } catch (error) {
        if (attempt >= REOPEN.times) throw error;
        await setTimeout(REOPEN.every);
      }
    }
  }
}
