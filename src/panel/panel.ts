import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../domain/errors.ts";
import type { KeyContext, KeyInput } from "../input/evdev/key-gestures.ts";
import type { MouseInput } from "../input/evdev/mouse.ts";
import { type Contact, type Touch, touchGestures } from "../input/evdev/touch-gestures.ts";
import type { Intent, View } from "../menu/view.ts";
import { AT_REST, type PanelState } from "./content.ts";
import { measureText } from "./draw.ts";
import { contains, pixelsPerUnit } from "./geometry.ts";
import { HoldClock } from "./hold-clock.ts";
import { IdleLight, type IdleLimits, type Light } from "./idle.ts";
import { layOut } from "./layout.ts";
import { ListMotion } from "./list-motion.ts";
import { LogMotion } from "./log-motion.ts";
import type { Target } from "./operation.ts";
import { Painter } from "./painter.ts";
import { Pointer } from "./pointer.ts";
import { turnedPoint } from "./rotation.ts";
import type { Surface } from "./surface.ts";

export interface PanelEvents {
  onIntent(intent: Intent): void;
  log(line: string): void;
  /** Opens the screen again after its driver was replaced; throws while it is not back. */
  reopen(): Surface;
  /** Milliseconds since whenever; the process's own when missing. */
  clock?(): number;
  /** Makes the panel as bright as that. */
  onLight?(light: Light): void;
  /** A person is to feel that something was chosen, or that a hold is complete. */
  onPulse?(kind: "choice" | "hold"): void;
  readonly idle?: IdleLimits;
}

/** Never dark: for tests and screens in memory. */
const ALWAYS_LIT: IdleLimits = { dimAfter: 0, darkAfter: 0 };

/** How far a finger may move and still tap: 2 mm, in units. */
const SLOP = (2 / 25.4) * 160;
/** A finger that comes down so soon after a screen appeared meant the one before, in ms. */
export const GUARD_MS = 150;
/** Between two pictures of a movement, and of a wait without an end, in ms. */
const FRAME_MS = { movement: 16, wait: 50 } as const;
/** How long what moves during a wait takes to be where it was, in ms. */
const BEAT_MS = 2400;
/** How far a notch of a wheel goes: in units in a list, in lines in a log. */
const WHEEL = { units: 60, lines: 3 } as const;
/** A real display driver that takes over from the firmware's needs a moment. */
const REOPEN = { every: 100, times: 100 } as const;

/** Shows the newest view on a surface and turns fingers and keys into intents. */
export class Panel {
  readonly #events: PanelEvents;
  readonly #list = new ListMotion();
  readonly #log = new LogMotion((lines) => this.#events.onIntent({ kind: "scroll", lines }));
  readonly #hold = new HoldClock();
  readonly #pointer = new Pointer();
  readonly #idle: IdleLight;
  #surface: Surface;
  #painter: Painter;
  #touch: ReturnType<typeof touchGestures>;
  #view: View | null = null;
  #pressed: string | null = null;
  /** What a finger moves that came down there. */
  #drags: "list" | "log" = "list";
  /** The finger that is down is not for this screen, or only stopped what was moving. */
  #muted = false;
  #since = 0;
  /** Something changed since the painting that goes on began. */
  #dirty = false;
  #painting: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(surface: Surface, events: PanelEvents) {
    this.#surface = surface;
    this.#events = events;
    this.#painter = new Painter(surface);
    this.#touch = touchGestures(SLOP * pixelsPerUnit(surface.geometry));
    const { idle = ALWAYS_LIT, onLight } = events;
    this.#idle = new IdleLight(
      idle,
      (light) => {
        this.#surface.blank?.(light === "dark");
        onLight?.(light);
      },
      () => this.#now(),
    );
  }

  /** Shows a view as soon as the one being painted is done; views in between are left out. */
  show(view: View): void {
    const before = this.#view;
    this.#view = view;
    if (before === null || isOtherScreen(before, view)) {
      this.#since = this.#now();
      this.#list.reset();
      this.#log.reset();
    } else if (before.focus !== view.focus) this.#list.follow();
    if (view.hold === null && this.#hold.isOver(this.#now())) this.#events.onPulse?.("hold");
    this.#hold.note(view.hold, this.#now());
    if (before !== null && saysMore(before, view)) this.#idle.wake();
    this.#idle.setBusy(view.progress !== null);
    this.#repaint();
  }

  /** Somebody presses a key. True when that only lights the panel up, and shall do nothing else. */
  wake(): boolean {
    return this.#idle.wake();
  }

  /** What keys mean on the screen that is seen. */
  keyContext(): KeyContext {
    const item = this.#view?.items[this.#view.focus];
    const typing = this.#view?.entry?.isHere === true;
    return { dangerous: !typing && item !== undefined && item.hold && item.enabled, typing };
  }

  /** A key of whatever kind. */
  key(input: KeyInput): void {
    if (input.kind !== "item") {
      this.#act(input);
      return;
    }
    const item = this.#view?.entry === null ? this.#view.items[input.number - 1] : undefined;
    if (item?.enabled === true) this.#act({ kind: "choose-item", key: item.key });
  }

  /** A finger, with a position of 0…1 on the touch panel. */
  contact({ kind, x, y, time }: Contact): void {
    const { shown } = this.#painter;
    if (shown === null) return;
    if (kind === "down") this.#muted = this.#idle.wake() || this.#now() - this.#since < GUARD_MS;
    else this.#idle.wake();
    if (this.#pointer.hide()) this.#repaint();
    if (this.#muted) return;
    const point = turnedPoint(x, y, shown.rotation);
    const contact = { kind, x: point.x * shown.width, y: point.y * shown.height, time };
    for (const touch of this.#touch.contact(contact)) this.#onTouch(touch);
  }

  /** A mouse: its button is a finger where it points, and its wheel moves the list or the log. */
  mouse(input: MouseInput): void {
    const { shown } = this.#painter;
    if (shown === null || (this.#idle.wake() && input.kind !== "move")) return;
    if (input.kind === "wheel") {
      this.#onWheel(input.notches);
      return;
    }
    const before = this.#pointer.at;
    if (input.kind === "move") this.#pointer.move(input.dx, input.dy, shown);
    const at = this.#pointer.at;
    if (at !== null && (input.kind === "button" || before !== null)) {
      const kind = input.kind === "move" ? "move" : input.down ? "down" : "up";
      const time = input.kind === "button" ? input.time : this.#now();
      for (const touch of this.#touch.contact({ kind, ...at, time })) this.#onTouch(touch);
    }
    this.#repaint();
  }

  #onWheel(notches: number): void {
    if (this.#view?.log != null) {
      this.#act({ kind: "scroll", lines: -notches * WHEEL.lines });
      return;
    }
    const [now, most] = [this.#now(), this.#most()];
    this.#list.drag(notches * WHEEL.units * pixelsPerUnit(this.#surface.geometry), now, most);
    this.#list.release(0, now, most);
    this.#repaint();
  }

  /** Resolves when the newest view is on the screen; for benchmarks and tests. */
  async settled(): Promise<void> {
    while (this.#painting !== null) await this.#painting;
  }

  /** Ends the painting that goes on and lets go of the surface. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#idle.close();
    await this.#painting;
    this.#surface.close();
  }

  #onTouch(touch: Touch): void {
    switch (touch.kind) {
      case "press":
        this.#onPress(touch.x, touch.y);
        break;
      case "drag":
        if (this.#drags === "log") this.#log.drag(touch.dy, this.#view?.log ?? null, this.#painter.shown);
        else this.#list.drag(touch.dy, this.#now(), this.#most());
        break;
      case "fling":
        if (this.#drags === "log") this.#log.release(-touch.velocity, this.#now());
        else this.#list.release(-touch.velocity, this.#now(), this.#most());
        break;
      case "tap": {
        const target = this.#targetAt(touch.x, touch.y);
        const isSame = target?.key === this.#pressed;
        this.#letGo();
        if (target !== undefined && isSame) this.#act({ kind: "choose-item", key: target.key });
        return;
      }
      case "cancel":
        this.#letGo();
        return;
    }
    this.#repaint();
  }

  #onPress(x: number, y: number): void {
    const rect = this.#painter.shown?.log?.rect;
    this.#drags = rect !== undefined && contains(rect, x, y) ? "log" : "list";
    if (this.#list.stop(this.#now(), this.#most()) || this.#log.stop()) return;
    const target = this.#targetAt(x, y);
    this.#pressed = target?.key ?? null;
    if (target?.hold === true) this.#act({ kind: "hold", key: target.key, down: true });
  }

  /** Passes on what a person did; choices are felt. */
  #act(intent: Intent): void {
    const felt =
      intent.kind === "hold" ? intent.down : /^(choose|choose-item|submit|type)$/.test(intent.kind);
    if (felt) this.#events.onPulse?.("choice");
    this.#events.onIntent(intent);
  }

  #letGo(): void {
    const key = this.#pressed;
    if (key === null) return;
    this.#pressed = null;
    const isHeld = this.#view?.items.some((item) => item.key === key && item.hold) === true;
    if (isHeld) this.#events.onIntent({ kind: "hold", key, down: false });
    this.#repaint();
  }

  #now(): number {
    return this.#events.clock?.() ?? performance.now();
  }

  #targetAt(x: number, y: number): Target | undefined {
    return this.#painter.shown?.targets.find(({ rect, enabled }) => enabled && contains(rect, x, y));
  }

  #most(): number {
    return this.#painter.shown?.maxScroll ?? 0;
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
      const start = this.#now();
      try {
        await this.#paint(this.#view, start);
      } catch (error) {
        this.#events.log(messageOf(error));
      }
      this.#goOn(this.#view, start);
    }
  }

  async #paint(view: View, now: number): Promise<void> {
    const layout = layOut(view, this.#surface.geometry, measureText, this.#stateAt(view, now));
    this.#list.laidOut(layout.scroll);
    const first = this.#painter.shown === null;
    const whole = this.#pointer.over(layout, pixelsPerUnit(this.#surface.geometry));
    if (!(await this.#painter.paint(whole))) await this.#comeBack();
    else if (first) this.#events.log("the first frame is on the screen");
  }

  #stateAt(view: View, now: number): PanelState {
    return {
      ...AT_REST,
      ...this.#list.positionAt(now, this.#most()),
      pressed: this.#pressed,
      hold: this.#hold.at(now),
      logOffset: this.#log.advance(now, view.log, this.#painter.shown),
      beat: (now % BEAT_MS) / BEAT_MS,
    };
  }

  /** Paints again by itself while something moves. */
  #goOn(view: View, start: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const moves = this.#list.isMoving() || this.#log.isMoving() || view.hold !== null;
    if (!moves && !isWaiting(view)) return;
    const after = (moves ? FRAME_MS.movement : FRAME_MS.wait) - (this.#now() - start);
    this.#timer = setTimeout(() => this.#repaint(), Math.max(0, after));
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
        await sleep(REOPEN.every);
      }
    }
  }
}

function isOtherScreen(a: View, b: View): boolean {
  return a.screen !== b.screen || a.title !== b.title || (a.entry === null) !== (b.entry === null);
}

/** Something happened that a person may want to see: not the next second of a countdown or of the clock. */
function saysMore(a: View, b: View): boolean {
  return (
    isOtherScreen(a, b) ||
    a.focus !== b.focus ||
    a.notice?.text !== b.notice?.text ||
    a.banner?.text !== b.banner?.text ||
    a.items.length !== b.items.length
  );
}

/** Something is under way, and nobody knows how much of it is done. */
function isWaiting({ progress }: View): boolean {
  return progress !== null && progress.fraction === null;
}
