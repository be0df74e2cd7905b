/** Calls back at a time of the event devices' clock, CLOCK_MONOTONIC, in ms; process.hrtime has the same. */
export class Alarm {
  readonly #ring: (time: number) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(ring: (time: number) => void) {
    this.#ring = ring;
  }

  /** Null: not any more. */
  set(time: number | null): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    if (time === null) {
      this.#timer = null;
      return;
    }
    this.#timer = setTimeout(
      () => {
        this.#timer = null;
        // A timer may be a fraction of a millisecond early.
        this.#ring(Math.max(time, monotonic()));
      },
      Math.max(0, time - monotonic()),
    );
  }
}

/** CLOCK_MONOTONIC in milliseconds. */
function monotonic(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}
