import type { Size } from "./line.ts";

/** Save the cursor, go further than any terminal reaches, ask where that is (DSR 6), come back. */
const QUERY = "\x1b7\x1b[999;999H\x1b[6n\x1b8";
/** A terminal that is there answers in this time, at 9600 baud too. */
const ANSWER_MS = 300;

/** Asks a terminal for its size: a serial line has none of its own, and silence means a plain terminal. */
export class SizeProbe {
  readonly #write: (query: string) => void;
  #waiting: ((size: Size | null) => void) | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(write: (query: string) => void) {
    this.#write = write;
  }

  /** The size, or null when no answer came in time. */
  ask(): Promise<Size | null> {
    return new Promise((resolve) => {
      this.#waiting = resolve;
      this.#timer = setTimeout(() => this.#settle(null), ANSWER_MS);
      this.send();
    });
  }

  /** Asks without waiting; the answer arrives among the keys. */
  send(): void {
    this.#write(QUERY);
  }

  /** Hands over an answer; false when nobody waited for one. */
  answer(size: Size): boolean {
    if (this.#waiting === null) return false;
    this.#settle(size);
    return true;
  }

  cancel(): void {
    this.#settle(null);
  }

  #settle(size: Size | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting?.(size);
    this.#waiting = null;
  }
}
