import type { TextLog } from "../menu/view.ts";
import { type Motion, positionOf, release, settle } from "./motion.ts";
import type { Layout } from "./operation.ts";

/** A glide over a text knows no ends of its own: the lines do. */
const FAR = 1e9;

/**
 * The lines of a log under a finger: whole lines are asked of the menu, as all consoles show the same, and what
 * is left over moves the picture.
 */
export class LogMotion {
  readonly #scroll: (lines: number) => void;
  /** How far the lines are moved up, in pixels; less than the height of the first one. */
  #offset = 0;
  #motion: Motion | null = null;
  #glided = 0;

  constructor(scroll: (lines: number) => void) {
    this.#scroll = scroll;
  }

  reset(): void {
    this.#offset = 0;
    this.#motion = null;
  }

  drag(dy: number, log: TextLog | null, shown: Layout | null): void {
    this.#move(-dy, log, shown);
  }

  release(velocity: number, time: number): void {
    const from: Motion = { kind: "rest", at: FAR / 2 };
    this.#motion = release(from, velocity, time, FAR);
    this.#glided = FAR / 2;
  }

  /** A finger came down: the text stands still. False when it did not move. */
  stop(): boolean {
    const moved = this.isMoving();
    this.#motion = null;
    return moved;
  }

  isMoving(): boolean {
    return this.#motion?.kind === "glide";
  }

  /** Goes on with a glide; how far the lines are moved up now. */
  advance(time: number, log: TextLog | null, shown: Layout | null): number {
    if (log === null) this.reset();
    if (this.#motion !== null) {
      this.#motion = settle(this.#motion, time, FAR);
      const { at } = positionOf(this.#motion, time, FAR);
      this.#move(at - this.#glided, log, shown);
      this.#glided = at;
    }
    return Math.round(this.#offset);
  }

  #move(by: number, log: TextLog | null, shown: Layout | null): void {
    const area = shown?.log ?? null;
    if (log === null || area === null || by === 0) return;
    const offset = this.#offset + by;
    const isEnd = by > 0 ? area.atEnd : log.at === 0 && offset < 0;
    if (isEnd) {
      this.#offset = 0;
      this.#motion = null;
      return;
    }
    const lines = offset < 0 ? -Math.ceil(-offset / area.before) : Math.floor(offset / area.first);
    const asked = Math.max(lines, -log.at);
    this.#offset = asked === lines ? offset - lines * (lines < 0 ? area.before : area.first) : 0;
    if (asked !== 0) this.#scroll(asked);
  }
}
