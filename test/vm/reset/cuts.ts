import type { Request } from "./write-log.ts";

/** One moment at which the power goes: what the medium holds then. */
export interface Cut {
  /** Requests up to here are on the medium, in order. */
  readonly durable: number;
  /** Of the requests behind them, those that reached it all the same, in order. */
  readonly survivors: readonly number[];
  /** The last of them only with its first sectors; null for whole. */
  readonly torn: number | null;
}

/** A number from 0 to 1; the same ones for the same seed (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/**
 * The cuts of a log from request `from` on: one at every flush, and between each two of them up to `perWindow`
 * with a random part of the writes lost and the last one torn.
 */
export function cutsOf(requests: readonly Request[], from: number, perWindow: number, seed: number): Cut[] {
  const random = seeded(seed);
  const flushes = requests.flatMap(({ kind }, index) => (kind === "flush" && index >= from ? [index] : []));
  const ends = [...flushes, requests.length];
  const cuts: Cut[] = [];
  let durable = from;
  for (const end of ends) {
    const window = Array.from({ length: end - durable }, (_, index) => durable + index);
    cuts.push({ durable, survivors: [], torn: null });
    for (let round = 0; round < Math.min(perWindow, window.length); round++) {
      const reached = Math.floor(random() * window.length) + 1;
      const keep = random();
      const survivors = window
        .slice(0, reached)
        .filter((_, index) => index === reached - 1 || random() < keep);
      cuts.push({ durable, survivors, torn: random() < 0.7 ? random() : null });
    }
    durable = end + 1;
  }
  cuts.push({ durable: requests.length, survivors: [], torn: null });
  return cuts;
}
