import { messageOf } from "../domain/errors.ts";
import type { KeyContext, KeyInput } from "../input/evdev/key-gestures.ts";
import type { MouseInput } from "../input/evdev/mouse.ts";
import type { Contact } from "../input/evdev/touch-gestures.ts";
import type { Intent, View } from "../menu/view.ts";
import { AT_REST, type PanelState } from "./content.ts";
import { measureText } from "./draw.ts";
import { Fingers } from "./fingers.ts";
import { pixelsPerUnit } from "./geometry.ts";
import { HoldClock } from "./hold-clock.ts";
import { IdleLight, type IdleLimits, type Light } from "./idle.ts";
import { layOut } from "./layout.ts";
import { Painter } from "./painter.ts";
import { screenAgain } from "./screen-again.ts";
import type { Surface } from "./surface.ts";
import { isOtherScreen, isWaiting, saysMore } from "./view-change.ts";

export interface PanelEvents {
  onIntent(intent: Intent): void;
  log(line: string): void;
  /** Opens the screen again after its driver was replaced; throws while it is not back. */
  reopen(): Promise<Surface> | Surface;
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

/** A finger that comes down so soon after a screen appeared meant the one before, in ms. */
export const GUARD_MS = 150;
/** Between two pictures of a movement, and of a wait without an end, in ms. */
const FRAME_MS = { movement: 16, wait: 50 } as const;
/** How long what moves during a wait takes to be where it was, in ms. */
const BEAT_MS = 2400;

/** Shows the newest view on a surface and turns fingers and keys into intents. */
export class Panel {
  readonly #events: PanelEvents;
  readonly #fingers: Fingers;
  readonly #hold = new HoldClock();
  readonly #idle: IdleLight;
  #surface: Surface;
  #painter: Painter;
  #view: View | null = null;
  #isDark = false;
  /** The finger that is down is not for this screen, or only stopped what was moving. */
  #muted = false;
  #since = 0;
  #lidClosed = false;
  /** Something changed since the painting that goes on began. */
  #dirty = false;
  #painting: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  #closed = false;
  /** Ends the wait for a screen that is gone. */
  readonly #ending = new AbortController();

  constructor(surface: Surface, events: PanelEvents) {
    this.#surface = surface;
    this.#events = events;
    this.#painter = new Painter(surface);
    const touched = {
      view: () => this.#view,
      shown: () => this.#painter.shown,
      now: () => this.#now(),
      act: (intent: Intent, felt: boolean) => this.#act(intent, felt),
      repaint: () => this.#repaint(),
    };
    this.#fingers = new Fingers(touched, surface.geometry);
    this.#watchScreen();
    const { idle = ALWAYS_LIT, onLight } = events;
    this.#idle = new IdleLight(
      idle,
      (light) => {
        this.#surface.blank?.(light === "dark");
        if (light !== "dark" && this.#isDark) this.#paintAnew();
        this.#isDark = light === "dark";
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
      this.#fingers.reset();
    } else if (before.focus !== view.focus) this.#fingers.list.follow();
    if (view.hold === null && this.#hold.isOver(this.#now())) this.#events.onPulse?.("hold");
    this.#hold.note(view.hold, this.#now());
    if (before !== null && saysMore(before, view) && !this.#lidClosed) this.#idle.wake();
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
      if (input.kind === "next" || input.kind === "previous") this.#fingers.moveBeyond(input.kind);
      this.#act(input, isFelt(input));
      return;
    }
    const item = this.#view?.entry === null ? this.#view.items[input.number - 1] : undefined;
    if (item?.enabled === true) this.#act({ kind: "choose-item", key: item.key }, true);
  }

  /** A finger, with a position of 0…1 on the touch panel. */
  contact(contact: Contact): void {
    if (this.#painter.shown === null || this.#lidClosed) return;
    if (contact.kind === "down") this.#muted = this.#idle.wake() || this.#now() - this.#since < GUARD_MS;
    else this.#idle.wake();
    if (this.#fingers.pointer.hide()) this.#repaint();
    if (!this.#muted) this.#fingers.contact(contact);
  }

  /**
   * The lid is closed, which is no choice: the menu goes on in the dark, for keys of a keyboard beside it too. What touches
   * the panel then is no finger.
   */
  lid(closed: boolean): void {
    this.#lidClosed = closed;
    this.#fingers.reset();
    if (closed) this.#idle.cover();
    else this.#idle.wake();
  }

  /** A mouse; one that only lights the panel up does nothing else. */
  mouse(input: MouseInput): void {
    if (this.#painter.shown === null || (this.#idle.wake() && input.kind !== "move")) return;
    this.#fingers.mouse(input);
  }

  /** Resolves when the newest view is on the screen; for benchmarks and tests. */
  async settled(): Promise<void> {
    while (this.#painting !== null) await this.#painting;
  }

  /** Ends the painting that goes on and lets go of the surface. Idempotent. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#ending.abort();
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#idle.close();
    await this.#painting;
    this.#surface.close();
  }

  /** Passes on what a person did; choices are felt. */
  #act(intent: Intent, felt: boolean): void {
    if (felt) this.#events.onPulse?.("choice");
    this.#events.onIntent(intent);
  }

  #now(): number {
    return this.#events.clock?.() ?? performance.now();
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

  /** Drivers lose the picture of a screen that is off: bochs on Linux 6.1 shows black where nothing is painted anew. */
  #paintAnew(): void {
    this.#painter.lose();
    this.#repaint();
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
    this.#fingers.list.laidOut(layout.scroll);
    const first = this.#painter.shown === null;
    const whole = this.#fingers.pointer.over(layout, pixelsPerUnit(this.#surface.geometry));
    if (!(await this.#painter.paint(whole))) await this.#comeBack();
    else if (first) this.#events.log("the first frame is on the screen");
  }

  #stateAt(view: View, now: number): PanelState {
    return {
      ...AT_REST,
      ...this.#fingers.list.positionAt(now, this.#most()),
      pressed: this.#fingers.pressed,
      hold: this.#hold.at(now),
      logOffset: this.#fingers.log.advance(now, view.log, this.#painter.shown),
      beat: (now % BEAT_MS) / BEAT_MS,
    };
  }

  /** Paints again by itself while something moves. */
  #goOn(view: View, start: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    const moves = this.#fingers.isMoving() || view.hold !== null;
    if (!moves && !isWaiting(view)) return;
    const after = (moves ? FRAME_MS.movement : FRAME_MS.wait) - (this.#now() - start);
    this.#timer = setTimeout(() => this.#repaint(), Math.max(0, after));
  }

  /** Paints all of it when another screen may be the better one: the surface then says that it is gone. */
  #watchScreen(): void {
    const surface = this.#surface;
    surface.onReplaced?.(() => {
      this.#painter = new Painter(surface);
      this.#repaint();
    });
  }

  /**
   * The display driver was replaced, or a monitor was: opens the new screen, which may have another size, and draws
   * it all. One that is away for long, such as a monitor that was pulled out, is waited for.
   */
  async #comeBack(): Promise<void> {
    this.#events.log("the screen is gone, its driver was replaced or it was pulled out");
    this.#surface.close();
    const { reopen, log } = this.#events;
    const surface = await screenAgain(reopen, log, this.#ending.signal);
    if (surface === null) return;
    this.#surface = surface;
    this.#painter = new Painter(surface);
    this.#fingers.resize(surface.geometry);
    this.#watchScreen();
    this.#dirty = true;
  }
}

/** Keys that choose something, which a person is to feel. */
function isFelt(intent: Intent): boolean {
  return intent.kind === "hold" ? intent.down : /^(choose|choose-item|submit|type)$/.test(intent.kind);
}
