import type { PanelState } from "./content.ts";
import { drag, type Motion, positionOf, release, settle } from "./motion.ts";

/** Where the list of a screen stands: at its focused item, or where a finger left it. */
export class ListMotion {
  /** null while the focus leads. */
  #motion: Motion | null = null;
  #at = 0;

  /** Another screen: from the top, and the focus leads. */
  reset(): void {
    this.#motion = null;
    this.#at = 0;
  }

  /** The focus moved: it leads again. */
  follow(): void {
    this.#motion = null;
  }

  /** What the layout made of it. */
  laidOut(at: number): void {
    this.#at = at;
  }

  drag(dy: number, time: number, most: number): void {
    if (most > 0) this.#motion = drag(this.#resting(), dy, time, most);
  }

  release(velocity: number, time: number, most: number): void {
    if (most > 0) this.#motion = release(this.#resting(), velocity, time, most);
  }

  /** Moves the list without a finger, at once, by so many pixels down; false when it is at that end already. */
  step(by: number, most: number): boolean {
    const at = Math.min(Math.max(this.#at + by, 0), most);
    if (at === this.#at) return false;
    this.#motion = { kind: "rest", at };
    return true;
  }

  /** A finger came down: whatever moves stands still. False when nothing moved. */
  stop(time: number, most: number): boolean {
    if (this.#motion?.kind !== "glide") return false;
    this.#motion = { kind: "rest", at: positionOf(this.#motion, time, most).at };
    return true;
  }

  isMoving(): boolean {
    return this.#motion?.kind === "glide" || this.#motion?.kind === "spring";
  }

  positionAt(time: number, most: number): Pick<PanelState, "scroll" | "stretch" | "follow"> {
    if (this.#motion === null) return { scroll: this.#at, stretch: 0, follow: true };
    this.#motion = settle(this.#motion, time, most);
    const { at, stretch } = positionOf(this.#motion, time, most);
    return { scroll: at, stretch: Math.round(stretch), follow: false };
  }

  #resting(): Motion {
    return this.#motion ?? { kind: "rest", at: this.#at };
  }
}
