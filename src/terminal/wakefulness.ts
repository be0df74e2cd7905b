/** A choice after this much silence is only taken when it comes twice. */
const SILENCE_MS = 60_000;
/** Two keys closer than this after silence are a burst, not two presses. */
const BURST_MS = 100;
/** After noise nothing is chosen for this long. */
const NOISE_MS = 2000;

/** What a key that would choose something is worth. */
export type Verdict = "taken" | "wakes" | "noise";

/**
 * Whether somebody is there: no stray byte, such as of a cable that is plugged in, may choose anything. The
 * first choosing key after silence only wakes; moving wakes, too. Times are milliseconds of one clock.
 */
export class Wakefulness {
  #lastSign = Number.NEGATIVE_INFINITY;
  #wokenBySelf = Number.NEGATIVE_INFINITY;
  #noise = Number.NEGATIVE_INFINITY;

  /** A key that chooses nothing. */
  sign(now: number): void {
    this.#lastSign = now;
  }

  /** Bytes that no terminal sends for a key. */
  noisy(now: number): void {
    this.#noise = now;
  }

  /** A key that would choose something; `isWhole` where it ends a line that was typed for it. */
  choice(now: number, isWhole: boolean): Verdict {
    if (now - this.#noise < NOISE_MS) return "noise";
    if (isWhole) {
      this.#lastSign = now;
      return "taken";
    }
    const isAwake = now - this.#lastSign < SILENCE_MS && now - this.#wokenBySelf >= BURST_MS;
    if (!isAwake && now - this.#lastSign >= SILENCE_MS) this.#wokenBySelf = now;
    this.#lastSign = now;
    return isAwake ? "taken" : "wakes";
  }
}
